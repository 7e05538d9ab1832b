import type { Metric } from '../metrics/metric.ts'
import type { Refusal } from './refusal.ts'

interface Count {
  readonly labels: { readonly function: string; readonly reason: Refusal }
  value: number
}

/** Counts the requests that were not let in. */
export class RejectionCounts {
  readonly #counts = new Map<string, Count>()

  add(functionName: string, reason: Refusal): void {
    const key = `${functionName} ${reason}`
    const count = this.#counts.get(key) ?? { labels: { function: functionName, reason }, value: 0 }
    count.value += 1
    this.#counts.set(key, count)
  }

  metrics(): Metric[] {
    return [
      {
        name: 'auth_rejections_total',
        type: 'counter',
        help: 'Requests that were not let in, by the reason.',
        series: () => this.#counts.values(),
      },
    ]
  }
}
