import type { Labels, Metric } from './metric.ts'
import { Observations } from './observations.ts'

/** One answered request, as it is counted. */
export interface Observation {
  readonly function: string
  /** The template of the route, or `unmatched`: never the path itself, which clients choose. */
  readonly route: string
  readonly method: string
  readonly code: number
  readonly seconds: number
  /** Of the trace that the request is a part of. */
  readonly traceId?: string | undefined
}

interface Series {
  readonly labels: Labels
  readonly observations: Observations
}

/** Upper bounds in seconds: below a millisecond for warm answers, up to what a service may take. */
const upperBounds = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

/** Counts the requests of all functions in this process. */
export class RequestMetrics {
  readonly #mostSeries: number
  readonly #series = new Map<string, Series>()
  #dropped = 0

  /** @param mostSeries what would be one more is counted as dropped: a process must not grow with what it is asked */
  constructor(mostSeries: number) {
    this.#mostSeries = mostSeries
  }

  observe({ function: name, route, method, code, seconds, traceId }: Observation): void {
    const key = `${name} ${method} ${code} ${route}`
    const series = this.#series.get(key) ?? this.#add(key, { function: name, route, method, code: String(code) })
    if (series) series.observations.observe(seconds, traceId)
    else this.#dropped += 1
  }

  metrics(): Metric[] {
    return [
      {
        name: 'http_requests_total',
        type: 'counter',
        help: 'HTTP requests answered.',
        series: () => this.#counts(),
      },
      {
        name: 'http_request_duration_seconds',
        type: 'histogram',
        help: 'Time from the arrival of a request to its answer, in seconds.',
        series: () => this.#series.values(),
      },
      {
        name: 'telemetry_dropped_observations_total',
        type: 'counter',
        help: 'HTTP requests that are not in the counts, since their process had its limit of series.',
        series: () => [{ labels: {}, value: this.#dropped }],
      },
    ]
  }

  #add(key: string, labels: Labels): Series | undefined {
    if (this.#series.size >= this.#mostSeries) return undefined
    const series = { labels, observations: new Observations(upperBounds) }
    this.#series.set(key, series)
    return series
  }

  #counts(): { readonly labels: Labels; readonly value: number }[] {
    return Array.from(this.#series.values(), ({ labels, observations }) => ({ labels, value: observations.count }))
  }
}
