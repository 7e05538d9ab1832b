import Counter from 'prom-client/lib/counter.js'
import Histogram from 'prom-client/lib/histogram.js'
import Registry from 'prom-client/lib/registry.js'

/** One answered request, as it is counted. */
export interface Observation {
  readonly function: string
  /** The template of the route, or `unmatched`: never the path itself, which clients choose. */
  readonly route: string
  readonly method: string
  readonly code: number
  readonly seconds: number
}

/** Upper bounds in seconds: below a millisecond for warm answers, up to what a service may take. */
const buckets = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

interface Series {
  count(): void
  observe(seconds: number): void
}

/** Counts the requests of all functions in this process. */
export class RequestMetrics {
  readonly registry = new Registry()
  readonly #total: Counter
  readonly #duration: Histogram
  // Looking a series up by its labels costs more than counting; the combinations are few, since routes are templates.
  readonly #series = new Map<string, Series>()

  constructor() {
    const labelNames = ['function', 'route', 'method', 'code']
    const registers = [this.registry]
    const requests = { name: 'http_requests_total', help: 'HTTP requests answered.', labelNames, registers }
    this.#total = new Counter(requests)
    const help = 'Time from the arrival of a request to its answer, in seconds.'
    this.#duration = new Histogram({ name: 'http_request_duration_seconds', help, labelNames, registers, buckets })
  }

  observe({ function: name, route, method, code, seconds }: Observation): void {
    const key = `${name} ${method} ${code} ${route}`
    let series = this.#series.get(key)
    if (!series) {
      const labels = { function: name, route, method, code: String(code) }
      const counter = this.#total.labels(labels)
      const histogram = this.#duration.labels(labels)
      series = { count: () => counter.inc(), observe: (value) => histogram.observe(value) }
      this.#series.set(key, series)
    }
    series.count()
    series.observe(seconds)
  }
}
