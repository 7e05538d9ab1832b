import { byId } from '../../_runtime/page/elements.ts'
import { Chart } from './chart.ts'
import type { Rate } from './rates.ts'
import { Timeline } from './timeline.ts'

const quantiles = ['p50', 'p95', 'p99'] as const
type Quantile = (typeof quantiles)[number]

/** Shows one quantile at a time: the lines of all would be three for each function. */
export class LatencyChart {
  readonly #chart: Chart
  readonly #timelines: Readonly<Record<Quantile, Timeline>> = {
    p50: new Timeline(),
    p95: new Timeline(),
    p99: new Timeline(),
  }
  #shown: Quantile = 'p95'

  constructor(...of: ConstructorParameters<typeof Chart>) {
    this.#chart = new Chart(...of)
    for (const quantile of quantiles) {
      byId(quantile, HTMLInputElement).addEventListener('change', () => {
        this.#shown = quantile
        this.#chart.show(this.#timelines[quantile])
      })
    }
  }

  add(at: number, functions: Readonly<Record<string, Rate>>): void {
    for (const quantile of quantiles) {
      const values = Object.entries(functions).map(([name, rate]) => [name, rate[quantile]] as const)
      this.#timelines[quantile].add(at, Object.fromEntries(values))
    }
    this.#chart.show(this.#timelines[this.#shown])
  }
}
