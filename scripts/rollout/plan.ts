import * as z from 'zod/mini'

import type { Options } from './options.ts'
import { Metric, defaultMetrics } from './metric.ts'
import { LoadOptions } from './load/load-options.ts'

/** Before users are served by the candidate, while some are, and when all are. */
const moments = ['before', 'during', 'after'] as const

const Stage = z.object({
  moment: z.enum(moments),
  /** Percent of the traffic that goes to the candidate. */
  weight: z.int(),
  minimumMs: z.int(),
  /** Whether it ends only when somebody promotes. */
  isManual: z.boolean(),
})
export type Stage = z.output<typeof Stage>

const AnalysisPlan = z.object({
  prometheus: z.optional(z.string()),
  series: z.enum(['queue-proxy', 'kourier']),
  intervalMs: z.int(),
  count: z.int(),
  failureLimit: z.int(),
  initialDelayMs: z.int(),
  windowMs: z.int(),
  minimumRequests: z.int(),
  dataTimeoutMs: z.int(),
  moments: z.array(z.enum(moments)),
  metrics: z.array(Metric),
})
export type AnalysisPlan = z.output<typeof AnalysisPlan>

/** All that a rollout needs to know to be gone on with by another process. */
export const Plan = z.object({
  strategy: z.enum(['canary', 'blue-green', 'undo']),
  stages: z.array(Stage),
  readyTimeoutMs: z.int(),
  analysis: AnalysisPlan,
  load: z.optional(LoadOptions),
})
export type Plan = z.output<typeof Plan>

/** How a rollout goes with these options. */
export function planOf(options: Options): Plan {
  const { analysis, load } = options
  const { when, interval, initialDelay, window, dataTimeout, metrics, ...given } = analysis
  return {
    strategy: options.strategy,
    stages: [...stagesBefore(options), { moment: 'after', weight: 100, minimumMs: options.keep, isManual: false }],
    readyTimeoutMs: options.readyTimeout,
    analysis: {
      ...given,
      intervalMs: interval,
      initialDelayMs: initialDelay,
      windowMs: window,
      dataTimeoutMs: dataTimeout,
      moments: when,
      metrics: withDefaults(metrics),
    },
    ...(load.rate > 0 && { load }),
  }
}

function stagesBefore({ strategy, steps, delay, promotion, load }: Options): Stage[] {
  const preview: Stage = { moment: 'before', weight: 0, minimumMs: delay, isManual: promotion === 'manual' }
  if (strategy === 'blue-green') return [preview]
  const during = steps
    .filter(({ weight }) => weight < 100)
    .map(({ weight, pauseMs, isManual }): Stage => ({ moment: 'during', weight, minimumMs: pauseMs, isManual }))
  // Without a load of its own nothing could be measured of a candidate that no user is sent to.
  return load.rate > 0 ? [{ ...preview, minimumMs: 0, isManual: false }, ...during] : during
}

/** A metric that has the name of a default one changes what it says, and another one is added. */
function withDefaults(metrics: readonly Metric[]): Metric[] {
  const byName = new Map(defaultMetrics.map((metric) => [metric.name, metric]))
  for (const metric of metrics) byName.set(metric.name, { ...byName.get(metric.name), ...metric })
  return [...byName.values()]
}
