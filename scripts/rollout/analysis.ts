import * as z from 'zod/mini'

import { durationText } from './duration.ts'
import type { AnalysisPlan, Plan, Stage } from './plan.ts'

/** What one metric said of the candidate at one time. Without a verdict there was nothing to judge. */
export const Measurement = z.object({
  metric: z.string(),
  verdict: z.enum(['pass', 'fail', 'none']),
  result: z.optional(z.number()),
  /** The same of the stable revision. */
  stable: z.optional(z.number()),
  /** What held or did not, or what is missing. */
  detail: z.string(),
})
export type Measurement = z.output<typeof Measurement>

/** What a metric has said in a stage until now. */
export const Tally = z.object({
  passes: z.int(),
  failures: z.int(),
  /** Since when there was nothing to judge, in milliseconds since 1970. */
  missingSinceMs: z.optional(z.number()),
  last: Measurement,
})
export type Tally = z.output<typeof Tally>

export type Tallies = Readonly<Record<string, Tally>>

/** Whether anything is measured in a stage. */
export function isAnalysed(plan: Plan, stage: Stage): boolean {
  return plan.analysis.moments.includes(stage.moment)
}

/** Whether the stable revision has traffic in a stage, so that it can be compared with. */
export function hasStableTraffic(plan: Plan, stage: Stage): boolean {
  return stage.weight < 100 || plan.load !== undefined
}

/** Adds what was measured at a time. */
export function tallied(tallies: Tallies, measurements: readonly Measurement[], nowMs: number): Tallies {
  const added = measurements.map((measurement): [string, Tally] => {
    const before = tallies[measurement.metric]
    const { passes = 0, failures = 0 } = before ?? {}
    const { verdict } = measurement
    return [
      measurement.metric,
      {
        passes: passes + (verdict === 'pass' ? 1 : 0),
        failures: failures + (verdict === 'fail' ? 1 : 0),
        ...(verdict === 'none' && { missingSinceMs: before?.missingSinceMs ?? nowMs }),
        last: measurement,
      },
    ]
  })
  return { ...tallies, ...Object.fromEntries(added) }
}

/**
 * Says why a candidate is not good.
 * @returns undefined while nothing speaks against it
 */
export function faultIn(analysis: AnalysisPlan, tallies: Tallies, nowMs: number): string | undefined {
  for (const { name } of analysis.metrics) {
    const tally = tallies[name]
    if (tally === undefined) continue
    const { failures, missingSinceMs, last } = tally
    if (failures > analysis.failureLimit) {
      const often = failures === 1 ? '' : `, the ${ordinal(failures)} failure of this step`
      return `${name} failed: ${last.detail}${often}.`
    }
    if (missingSinceMs !== undefined && nowMs - missingSinceMs >= analysis.dataTimeoutMs) {
      return `${name} had nothing to judge for ${durationText(analysis.dataTimeoutMs)}: ${last.detail}.`
    }
  }
  return undefined
}

/** Whether every metric has passed as often as it must. Without data nothing passes. */
export function hasPassed(analysis: AnalysisPlan, tallies: Tallies): boolean {
  return analysis.metrics.every(({ name }) => (tallies[name]?.passes ?? 0) >= analysis.count)
}

function ordinal(count: number): string {
  const ending = new Intl.PluralRules('en', { type: 'ordinal' }).select(count)
  return `${count}${{ zero: 'th', one: 'st', two: 'nd', few: 'rd', many: 'th', other: 'th' }[ending]}`
}
