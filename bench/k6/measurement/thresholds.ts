import * as z from 'zod/mini'

const Summary = z.object({
  metrics: z.record(z.string(), z.object({ thresholds: z.optional(z.record(z.string(), z.boolean())) })),
})

/** What a script demands of its load, and whether that was so. */
export const Threshold = z.object({ metric: z.string(), rule: z.string(), isMet: z.boolean() })
export type Threshold = z.output<typeof Threshold>

/** @param summary what k6 writes with `--summary-export`, in which a rule is true when it was broken */
export function thresholdsIn(summary: unknown): Threshold[] {
  return Object.entries(z.parse(Summary, summary).metrics)
    .flatMap(([metric, { thresholds = {} }]) =>
      Object.entries(thresholds).map(([rule, isBroken]) => ({ metric, rule, isMet: !isBroken })),
    )
    .toSorted((one, other) => one.metric.localeCompare(other.metric))
}
