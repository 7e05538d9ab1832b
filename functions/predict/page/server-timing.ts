/** Milliseconds by name. */
export type Timings = ReadonlyMap<string, number>

/** Reads a Server-Timing header: `total;dur=1.234, inference;dur=0.2` */
export function timingsOf(header: string | null): Timings {
  const timings = new Map<string, number>()
  for (const metric of (header ?? '').split(',')) {
    const [name = '', ...parameters] = metric.split(';').map((part) => part.trim())
    const duration = parameters.find((parameter) => parameter.startsWith('dur='))
    if (duration) timings.set(name, Number(duration.slice('dur='.length)))
  }
  return timings
}
