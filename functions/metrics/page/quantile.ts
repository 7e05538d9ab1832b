import { sumOf, type Counts } from './totals.ts'

/**
 * Estimates the duration that a share of requests did not exceed, as Prometheus' histogram_quantile does: within a bucket,
 * durations are taken to be spread evenly.
 * @param share 0..1
 * @returns seconds, at most the highest bound that is a number; undefined where nothing was counted
 */
export function quantile(share: number, durations: Counts): number | undefined {
  const wanted = share * sumOf(durations)
  if (!(wanted > 0)) return undefined
  const buckets = Object.entries(durations)
    .map(([bound, count]) => ({ upper: bound === '+Inf' ? Infinity : Number(bound), count }))
    .toSorted((one, other) => one.upper - other.upper)
  let lower = 0
  let below = 0
  for (const { upper, count } of buckets) {
    if (below + count >= wanted && count > 0) {
      return upper === Infinity ? lower : lower + ((upper - lower) * (wanted - below)) / count
    }
    below += count
    if (upper < Infinity) lower = upper
  }
  return lower
}
