import type { RegistryContentType } from 'prom-client'
import Gauge from 'prom-client/lib/gauge.js'
import Registry from 'prom-client/lib/registry.js'

import type { Family, Series } from './families.ts'

export type Format = 'prometheus' | 'openmetrics'

interface Sample {
  readonly metricName?: string
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
  readonly exemplar?: {
    readonly labelSet: Readonly<Record<string, string>>
    readonly value: number
    readonly timestamp: number
  }
}

export const contentTypes: Readonly<Record<Format, RegistryContentType>> = {
  prometheus: Registry.PROMETHEUS_CONTENT_TYPE,
  openmetrics: Registry.OPENMETRICS_CONTENT_TYPE,
}

/** Writes families for Prometheus. */
export function exposition(families: readonly Family[], format: Format): Promise<string> {
  const registry = new Registry<RegistryContentType>()
  registry.setContentType(contentTypes[format])
  for (const family of families) registry.registerMetric(new TotalMetric(family, format))
  return registry.metrics()
}

/** A metric of prom-client's, of any type, whose numbers are totals. */
class TotalMetric extends Gauge {
  readonly #family: Family
  readonly #format: Format

  /** @throws Error where Prometheus does not take its name */
  constructor(family: Family, format: Format) {
    super({ name: family.name, help: family.help, registers: [] })
    this.#family = family
    this.#format = format
  }

  /** What the registry asks for when it writes text; the library's own would answer what went through set(). */
  getForPromString(): Pick<Family, 'name' | 'help' | 'type'> & { readonly values: readonly Sample[] } {
    const { name, help, type, series } = this.#family
    const isOpenCounter = this.#format === 'openmetrics' && type === 'counter'
    return {
      // The registry puts the suffix behind the names of samples.
      name: isOpenCounter ? name.replace(/_total$/, '') : name,
      help,
      type,
      values: series.flatMap((each) => samplesOf(name, each, this.#format)),
    }
  }
}

function samplesOf(name: string, series: Series, format: Format): Sample[] {
  const { labels } = series
  if ('value' in series) return [{ labels, value: Number(series.value) }]
  const buckets = series.buckets.map(({ upperBound, count, exemplar }): Sample => {
    // In OpenMetrics a bound is a float, told apart from a whole number.
    const le = format === 'openmetrics' && /^\d+$/.test(upperBound) ? `${upperBound}.0` : upperBound
    const sample = { metricName: `${name}_bucket`, labels: { ...labels, le }, value: Number(count) }
    if (!exemplar) return sample
    const { traceId, value, at } = exemplar
    return { ...sample, exemplar: { labelSet: { trace_id: traceId }, value, timestamp: at / 1000 } }
  })
  const count = Number(series.buckets.at(-1)?.count ?? 0n)
  return [
    ...buckets,
    // Whole until here, and rounding keeps the order: no sum is ever less than the one before.
    { metricName: `${name}_sum`, labels, value: Number(series.sumMillionths) / 1_000_000 },
    { metricName: `${name}_count`, labels, value: count },
  ]
}
