import type { Measurement } from '../measurement/measurement.ts'
import { replicasOver, type Rule } from './horizontal-autoscaler.ts'

const hourSeconds = 3600

/** The pod-seconds of a function in an hour. */
export interface HourCost {
  readonly name: string
  /** Measured. */
  readonly knative: number
  /** A Deployment that never has more than the least. */
  readonly leastReplicas: number
  /** A Deployment by the rule of the HorizontalPodAutoscaler. */
  readonly byRule: number
}

/**
 * What an hour costs in which a load that was measured comes some times. It began and ended without a pod, so what lies
 * between its times costs nothing, and an hour need not last one.
 * @throws Error when pods were there before or after, or the hour is too short for it
 */
export function hourCosts(
  { scale, moments, totals, seconds, script }: Measurement,
  times: number,
  rule: Rule,
): HourCost[] {
  const names = Object.keys(scale)
  if (names.length === 0) throw new Error('The report is not of a cluster: quartet bench --kube makes one.')
  const staying = names.filter((name) => scale[name]?.atBegin !== 0 || scale[name]?.atEnd !== 0)
  if (staying.length > 0) {
    throw new Error(
      `Before or after the load there were pods of ${staying.join(', ')}: it is not known what they cost.`,
    )
  }
  if (seconds * times > hourSeconds) {
    throw new Error(`${times} times ${seconds} s of ${script} are more than an hour; give --times a smaller number.`)
  }
  const interval = hourSeconds / times
  const rates = Array.from({ length: hourSeconds }, (_, second) => {
    const at = second % interval
    return moments.findLast((moment) => moment.at <= at && at < seconds)?.offered ?? 0
  })
  return names.map((name) => {
    // Who is asked goes in turns, so that each has the same share at all times.
    const share = (totals.byFunction[name]?.requests ?? 0) / Math.max(1, totals.requests)
    const replicas = replicasOver(
      rates.map((rate) => rate * share),
      rule,
    )
    return {
      name,
      knative: (scale[name]?.podSeconds ?? 0) * times,
      leastReplicas: rule.min * hourSeconds,
      byRule: replicas.reduce((sum, each) => sum + each, 0),
    }
  })
}
