import * as z from 'zod/mini'

import { parseCondition } from './condition.ts'

/** A condition stays a text, since it is kept in an annotation; it is parsed where it is used. */
const Condition = z.string().check((context) => {
  try {
    parseCondition(context.value)
  } catch (error) {
    context.issues.push({ code: 'custom', input: context.value, message: (error as Error).message })
  }
})

/** What is measured of a revision, and what must hold of it. One of query, script and k6 says how; without any it is a default one. */
export const Metric = z.strictObject({
  name: z.string().check(z.regex(/^[a-z][a-z0-9-]{0,39}$/, 'Expected a name such as success-rate')),
  /** What must hold of the result by itself. */
  condition: z.optional(Condition),
  /** What must hold of the result beside that of the stable revision, where that has traffic too. */
  againstStable: z.optional(Condition),
  /** PromQL that gives one number; {{service}} and the like are filled in. */
  query: z.optional(z.string()),
  /** More of what is filled in. */
  arguments: z.optional(z.record(z.string(), z.string())),
  /** A program and its arguments. */
  script: z.optional(z.array(z.string()).check(z.minLength(1))),
  /** A k6 script, whose thresholds decide. */
  k6: z.optional(z.string()),
})
export type Metric = z.output<typeof Metric>

/** What holds of a good revision, unless told otherwise. */
export const defaultMetrics: readonly Metric[] = [
  { name: 'success-rate', condition: 'result >= 0.95' },
  { name: 'p95', condition: 'result <= 1', againstStable: 'result <= stable * 1.5 + 0.1' },
  { name: 'error-rate', condition: 'result <= 0.05', againstStable: 'result <= stable + 0.02' },
]
