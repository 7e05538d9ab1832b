import type { Labels } from '../metrics/metric.ts'
import type { ProcessMetrics } from '../metrics/process-metrics.ts'
import type { ReadSeries } from '../telemetry/reading.ts'

/** What a process has counted, as Prometheus would name it: `http_requests_total{function="configs"}`. */
export function samplesOf(metrics: ProcessMetrics): Record<string, number> {
  const samples = metrics.read().flatMap(({ name, type, series }) =>
    series.flatMap((each) => {
      if (type === 'histogram') return histogram(name, each)
      return [[named(name, each.labels), each.values[''] ?? Number.NaN] as const]
    }),
  )
  return Object.fromEntries(samples)
}

function histogram(name: string, { labels, values: { sum = Number.NaN, ...buckets } }: ReadSeries): [string, number][] {
  let count = 0
  const cumulative = Object.entries(buckets)
    .toSorted(([one], [other]) => Number(one.replace('+Inf', 'Infinity')) - Number(other.replace('+Inf', 'Infinity')))
    .map(([le, value]): [string, number] => [named(`${name}_bucket`, { ...labels, le }), (count += value)])
  return [...cumulative, [named(`${name}_sum`, labels), sum / 1_000_000], [named(`${name}_count`, labels), count]]
}

function named(name: string, labels: Labels): string {
  return `${name}{${Object.entries(labels)
    .map(([key, value]) => `${key}="${value}"`)
    .join(',')}}`
}
