import Counter from 'prom-client/lib/counter.js'
import Registry from 'prom-client/lib/registry.js'

import { RequestDurations } from './request-durations.ts'
import { RequestSeries } from './request-series.ts'

/** One answered request, as it is counted. */
export interface Observation {
  readonly function: string
  /** The template of the route, or `unmatched`. */
  readonly route: string
  readonly method: string
  readonly code: number
  readonly seconds: number
}

/**
 * Counts the requests of all functions in this process. Counting is done here and prom-client is told when it is
 * scraped: finding a series by its labels, as its own inc() and observe() do, took 2 us of a request that takes 14.
 */
export class RequestMetrics {
  readonly registry = new Registry()
  readonly #series = new Map<string, RequestSeries>()

  constructor() {
    const { registry } = this
    const series = this.#series
    registry.registerMetric(countOf(series))
    registry.registerMetric(new RequestDurations(() => series.values()))
  }

  observe({ function: name, route, method, code, seconds }: Observation): void {
    const key = `${name} ${method} ${code} ${route}`
    let series = this.#series.get(key)
    if (!series) {
      series = new RequestSeries({ function: name, route, method, code: String(code) })
      this.#series.set(key, series)
    }
    series.observe(seconds)
  }
}

function countOf(series: ReadonlyMap<string, RequestSeries>): Counter {
  return new Counter({
    name: 'http_requests_total',
    help: 'HTTP requests answered.',
    labelNames: ['function', 'route', 'method', 'code'],
    registers: [],
    collect() {
      this.reset()
      for (const { labels, count } of series.values()) this.inc({ ...labels }, count)
    },
  })
}
