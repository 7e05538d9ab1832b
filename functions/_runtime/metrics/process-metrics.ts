import type { Labels, Metric } from './metric.ts'
import { RequestMetrics } from './request-metrics.ts'
import { StartMetrics } from './start-metrics.ts'
import { read, type Reading } from '../telemetry/reading.ts'

interface Options {
  /** Labels that every series of this process has. */
  readonly labels?: Labels
  /** Most series of requests; what would be one more is counted as dropped. */
  readonly mostSeries?: number
}

/** What counts something. */
interface Counting {
  metrics(): readonly Metric[]
}

const defaultMostSeries = 1000

/** Everything that this process counts. */
export class ProcessMetrics {
  readonly requests: RequestMetrics
  readonly starts = new StartMetrics()
  readonly #labels: Labels
  readonly #metrics = new Map<string, Metric>()
  readonly #kinds = new Map<unknown, unknown>()
  #flush: (() => Promise<void>) | undefined

  constructor({ labels = {}, mostSeries = defaultMostSeries }: Options = {}) {
    this.#labels = labels
    this.requests = new RequestMetrics(mostSeries)
    this.#add([...this.requests.metrics(), ...this.starts.metrics()])
  }

  /** What counts something, the same for each who asks: a function that opens anew with other settings goes on counting. */
  of<Counts extends Counting>(kind: new () => Counts): Counts {
    const known = this.#kinds.get(kind)
    if (known instanceof kind) return known
    const counts = new kind()
    this.#add(counts.metrics())
    this.#kinds.set(kind, counts)
    return counts
  }

  /** What everything has come to since the process began. */
  read(): Reading[] {
    return Array.from(this.#metrics.values(), (metric) => read(metric, this.#labels))
  }

  /** Who keeps the counts beyond this process says how that is done at once. */
  keepBy(flush: () => Promise<void>): void {
    this.#flush = flush
  }

  /**
   * Has everything that was counted until now kept, where anybody keeps it.
   * @throws what keeping throws
   */
  async flush(): Promise<void> {
    await this.#flush?.()
  }

  #add(metrics: readonly Metric[]): void {
    for (const metric of metrics) {
      if (this.#metrics.has(metric.name)) throw new Error(`Two metrics are called ${metric.name}.`)
      this.#metrics.set(metric.name, metric)
    }
  }
}
