import * as z from 'zod/mini'

import { Duration } from './duration.ts'
import { Metric } from './metric.ts'
import { Steps } from './steps.ts'
import { LoadOptions } from './load/load-options.ts'

/** A name that an environment variable of a pod can have. */
const VariableName = z.string().check(z.regex(/^[-._a-zA-Z][-._a-zA-Z0-9]*$/, 'Expected the name of a variable'))

const Count = z.int().check(z.gte(0), z.lte(1_000_000))

const AnalysisOptions = z.strictObject({
  /** Where the HTTP API of a Prometheus answers. */
  prometheus: z.optional(z.url({ protocol: /^https?$/, error: 'Expected a URL, such as http://localhost:9090' })),
  /** Whose series the default metrics are made of. */
  series: z._default(z.enum(['queue-proxy', 'kourier']), 'queue-proxy'),
  /** When it is measured: before users are sent to the candidate, while some are, after all are. */
  when: z._default(z.array(z.enum(['before', 'during', 'after'])), ['before', 'during', 'after']),
  /** From one measurement to the next. */
  interval: z.prefault(Duration, '10s'),
  /** How often each metric must pass in a step before the next begins. */
  count: z._default(Count.check(z.gte(1)), 3),
  /** How many failures of a metric in a step are borne. */
  failureLimit: z._default(Count, 0),
  /** From the beginning of a step to its first measurement. */
  initialDelay: z.prefault(Duration, '15s'),
  /** What {{window}} of a query is: how far back it looks. */
  window: z.prefault(Duration, '30s'),
  /** With fewer requests in the window there is nothing to judge. */
  minimumRequests: z._default(Count, 10),
  /** For how long there may be nothing to judge. */
  dataTimeout: z.prefault(Duration, '1m'),
  /** Metrics of your own, and other conditions for the default ones. */
  metrics: z._default(z.array(Metric), []),
})

/** What `quartet rollout` is told, on the command line or in a file. */
export const Options = z.strictObject({
  /** The image of the new revision. */
  image: z.optional(z.string().check(z.minLength(1))),
  /** Environment variables that the new revision has otherwise. */
  env: z._default(z.record(VariableName, z.string()), {}),
  strategy: z._default(z.enum(['canary', 'blue-green']), 'canary'),
  /** Of a canary: shares of the traffic in percent, and for how long. */
  steps: z.prefault(Steps, '10:1m,50:1m,100'),
  /** Of blue-green: whether it needs `quartet rollout promote`. */
  promotion: z._default(z.enum(['automatic', 'manual']), 'automatic'),
  /** Of blue-green: how long the preview is looked at before it is promoted. */
  delay: z.prefault(Duration, '30s'),
  /** How long the old revision is kept, warm, after all users are sent to the new one. */
  keep: z.prefault(Duration, '1m'),
  /** How long the new revision may take until it is ready. */
  readyTimeout: z.prefault(Duration, '2m'),
  analysis: z.prefault(AnalysisOptions, {}),
  load: z.prefault(LoadOptions, {}),
})
export type Options = z.output<typeof Options>
