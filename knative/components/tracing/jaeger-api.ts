import * as z from 'zod/mini'

const Tag = z.object({ key: z.string(), value: z.unknown() })
const Traces = z.object({
  data: z.nullable(
    z.array(
      z.object({
        spans: z.array(
          z.object({
            spanID: z.string(),
            operationName: z.string(),
            references: z.array(z.object({ refType: z.string(), spanID: z.string() })),
            /** In microseconds since 1970. */
            startTime: z.number(),
            /** In microseconds. */
            duration: z.number(),
            tags: z.array(Tag),
            processID: z.string(),
          }),
        ),
        processes: z.record(z.string(), z.object({ serviceName: z.string() })),
      }),
    ),
  ),
})

/** A span as Jaeger has it. */
export interface StoredSpan {
  readonly id: string
  readonly parentId: string | undefined
  readonly service: string
  readonly name: string
  readonly startUs: number
  readonly durationUs: number
  readonly tags: Readonly<Record<string, unknown>>
}

/** Asks a Jaeger for what it was told: https://www.jaegertracing.io/docs/1.65/apis/#http-json */
export class JaegerApi {
  readonly #url: string

  /** @param url of its query service, port 16686 as a rule */
  constructor(url: string) {
    this.#url = url
  }

  /** @returns the spans of a trace, the first to begin first; none where it knows of none */
  async trace(id: string): Promise<StoredSpan[]> {
    const response = await fetch(`${this.#url}/api/traces/${id}`)
    const { data } = z.parse(Traces, await response.json())
    const spans = (data ?? []).flatMap(({ spans: all, processes }) => {
      return all.map((span) => ({
        id: span.spanID,
        parentId: span.references.find(({ refType }) => refType === 'CHILD_OF')?.spanID,
        service: processes[span.processID]?.serviceName ?? '',
        name: span.operationName,
        startUs: span.startTime,
        durationUs: span.duration,
        tags: Object.fromEntries(span.tags.map(({ key, value }) => [key, value])),
      }))
    })
    return spans.toSorted((one, other) => one.startUs - other.startUs || other.durationUs - one.durationUs)
  }

  async isReady(): Promise<boolean> {
    return fetch(`${this.#url}/api/services`).then(
      ({ ok }) => ok,
      () => false,
    )
  }
}
