import Registry from 'prom-client/lib/registry.js'

import { keptCounter, KeptHistogram } from './kept-metrics.ts'
import { Observations } from './observations.ts'

/** One answered request, as it is counted. */
export interface Observation {
  readonly function: string
  /** The template of the route, or `unmatched`: never the path itself, which clients choose. */
  readonly route: string
  readonly method: string
  readonly code: number
  readonly seconds: number
}

interface Series {
  readonly labels: Readonly<Record<string, string>>
  readonly observations: Observations
}

/** Upper bounds in seconds: below a millisecond for warm answers, up to what a service may take. */
const upperBounds = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
const labelNames = ['function', 'route', 'method', 'code']

/**
 * Counts the requests of all functions in this process. Counting is done here and prom-client is told when it is
 * scraped: finding a series by its labels, as its own inc() and observe() do, took 2 us of a request that takes 14.
 */
export class RequestMetrics {
  readonly registry = new Registry()
  readonly #series = new Map<string, Series>()

  constructor() {
    const count = { name: 'http_requests_total', help: 'HTTP requests answered.', labelNames }
    const duration = {
      name: 'http_request_duration_seconds',
      help: 'Time from the arrival of a request to its answer, in seconds.',
      labelNames,
    }
    this.registry.registerMetric(keptCounter(count, () => this.#counts()))
    this.registry.registerMetric(new KeptHistogram(duration, () => this.#series.values()))
  }

  observe({ function: name, route, method, code, seconds }: Observation): void {
    const key = `${name} ${method} ${code} ${route}`
    let series = this.#series.get(key)
    if (!series) {
      const labels = { function: name, route, method, code: String(code) }
      series = { labels, observations: new Observations(upperBounds) }
      this.#series.set(key, series)
    }
    series.observations.observe(seconds)
  }

  #counts(): { readonly labels: Series['labels']; readonly value: number }[] {
    return [...this.#series.values()].map(({ labels, observations }) => ({ labels, value: observations.count }))
  }
}
