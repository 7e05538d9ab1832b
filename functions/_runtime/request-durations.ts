import Histogram from 'prom-client/lib/histogram.js'

import { upperBounds, type RequestSeries } from './request-series.ts'

interface Value {
  readonly metricName: string
  readonly labels: Readonly<Record<string, string | number>>
  readonly value: number
}

interface Family {
  readonly name: string
  readonly help: string
  readonly type: 'histogram'
  readonly values: readonly Value[]
}

const help = 'Time from the arrival of a request to its answer, in seconds.'
const name = 'http_request_duration_seconds'

/** A histogram of prom-client's whose observations are kept elsewhere. */
export class RequestDurations extends Histogram {
  readonly #series: () => Iterable<RequestSeries>

  constructor(series: () => Iterable<RequestSeries>) {
    super({
      name,
      help,
      labelNames: ['function', 'route', 'method', 'code'],
      buckets: [...upperBounds],
      registers: [],
    })
    this.#series = series
  }

  /** What the registry asks for when it writes text; the library's own would answer what went through observe(). */
  getForPromString(): Family {
    return { name, help, type: 'histogram', values: [...this.#series()].flatMap(valuesOf) }
  }
}

function valuesOf({ labels, buckets, count, microseconds }: RequestSeries): Value[] {
  let cumulative = 0
  const bounded = upperBounds.map((le, bucket) => {
    cumulative += buckets[bucket] ?? 0
    return { metricName: `${name}_bucket`, labels: { le, ...labels }, value: cumulative }
  })
  return [
    ...bounded,
    { metricName: `${name}_bucket`, labels: { le: '+Inf', ...labels }, value: count },
    { metricName: `${name}_sum`, labels: { ...labels }, value: microseconds / 1_000_000 },
    { metricName: `${name}_count`, labels: { ...labels }, value: count },
  ]
}
