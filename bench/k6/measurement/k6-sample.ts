import * as z from 'zod/mini'

/** What k6 tells of a load, as far as a report has it. */
export type K6Sample =
  | {
      readonly kind: 'answer'
      readonly function: string
      /** Milliseconds since 1970. */
      readonly endedAtMs: number
      readonly durationMs: number
      /** Of HTTP; 0 where there was no answer. */
      readonly status: number
      /** As k6 numbers them; empty where there was none: https://grafana.com/docs/k6/latest/javascript-api/error-codes/ */
      readonly errorCode: string
    }
  /** An answer that says that its process had just started. */
  | { readonly kind: 'start'; readonly atMs: number }
  /** Requests that were due, and not sent: no user was free. */
  | { readonly kind: 'dropped'; readonly atMs: number; readonly count: number }

const Point = z.object({
  metric: z.string(),
  data: z.object({
    time: z.string(),
    value: z.number(),
    tags: z.object({
      function: z.optional(z.string()),
      status: z._default(z.string(), '0'),
      error_code: z._default(z.string(), ''),
    }),
  }),
})

// Of a dozen lines that each request makes, the others are not worth parsing.
const telling = ['http_req_duration', 'cold_start', 'dropped_iterations'].map(
  (metric) => `{"metric":"${metric}","type":"Point"`,
)

/**
 * Reads a line of k6's JSON output: https://grafana.com/docs/k6/latest/results-output/real-time/json/
 * @returns undefined for what a report has no place for
 */
export function sampleIn(line: string): K6Sample | undefined {
  if (!telling.some((beginning) => line.startsWith(beginning))) return undefined
  const { metric, data } = z.parse(Point, JSON.parse(line))
  const atMs = Date.parse(data.time)
  if (metric === 'cold_start') return { kind: 'start', atMs }
  if (metric === 'dropped_iterations') return { kind: 'dropped', atMs, count: data.value }
  const { function: name, status, error_code: errorCode } = data.tags
  // A script asks for other things too, such as the list of pods.
  if (name === undefined) return undefined
  return { kind: 'answer', function: name, endedAtMs: atMs, durationMs: data.value, status: Number(status), errorCode }
}
