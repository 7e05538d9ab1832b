import * as z from 'zod/mini'

const units: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 }
const form = /^(?:\d+(?:\.\d+)?(?:ms|s|m|h))+$/

/** A duration as Prometheus and Go write it, such as 30s or 1m30s, in milliseconds. */
export const Duration = z.pipe(
  z.string().check(z.regex(form, 'Expected a duration, such as 30s, 500ms or 1m30s')),
  z.transform(millisecondsOf),
)

function millisecondsOf(text: string): number {
  const parts = text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)
  return Math.round([...parts].reduce((sum, [, count, unit = '']) => sum + Number(count) * (units[unit] ?? 0), 0))
}

/** The shortest text that says the same: 90000 is 1m30s. */
export function durationText(milliseconds: number): string {
  if (milliseconds === 0) return '0s'
  let rest = Math.round(milliseconds)
  let text = ''
  for (const unit of ['h', 'm', 's', 'ms']) {
    const size = units[unit] ?? 1
    const count = Math.floor(rest / size)
    if (count > 0) text += `${count}${unit}`
    rest -= count * size
  }
  return text
}
