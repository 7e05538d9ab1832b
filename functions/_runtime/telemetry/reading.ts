import type { Labels, Metric } from '../metrics/metric.ts'
import type { Exemplar, Observations } from '../metrics/observations.ts'

/** One series of a metric: what it has come to since its process began. */
export interface ReadSeries {
  readonly labels: Labels
  /**
   * Whole numbers, by part: of a counter or a gauge one, whose name is empty; of a histogram `sum`, in millionths, and
   * the values in each bucket alone, by its upper bound: `0.005`, `+Inf`.
   */
  readonly values: Readonly<Record<string, number>>
  /** By the same parts. */
  readonly exemplars?: Readonly<Record<string, Exemplar>> | undefined
}

/** A metric as it stood at one moment, as JSON carries it. */
export interface Reading {
  readonly name: string
  readonly type: Metric['type']
  readonly help: string
  readonly series: readonly ReadSeries[]
}

/** @param common labels that every series of the process has */
export function read(metric: Metric, common: Labels): Reading {
  const { name, type, help } = metric
  const series =
    metric.type === 'histogram'
      ? Array.from(metric.series(), ({ labels, observations }) => ({
          labels: { ...labels, ...common },
          ...partsOf(observations),
        }))
      : Array.from(metric.series(), ({ labels, value }) => ({
          labels: { ...labels, ...common },
          values: { '': value },
        }))
  return { name, type, help, series }
}

function partsOf({
  upperBounds,
  buckets,
  exemplars,
  sumMillionths,
}: Observations): Pick<ReadSeries, 'values' | 'exemplars'> {
  const bounds = [...upperBounds.map(String), '+Inf']
  const values = bounds.map((bound, bucket) => [bound, buckets[bucket] ?? 0] as const)
  const kept = bounds.flatMap((bound, bucket) => {
    const exemplar = exemplars[bucket]
    return exemplar ? [[bound, exemplar] as const] : []
  })
  return {
    values: { sum: sumMillionths, ...Object.fromEntries(values) },
    ...(kept.length > 0 && { exemplars: Object.fromEntries(kept) }),
  }
}
