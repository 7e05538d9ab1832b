import type { Metric } from '../../_runtime/metrics/metric.ts'

type Outcome = 'predicted' | 'ignored'

/** Counts the events that were taken. */
export class EventMetrics {
  readonly #outcomes = new Map<Outcome, number>([
    ['predicted', 0],
    ['ignored', 0],
  ])

  metrics(): Metric[] {
    return [
      {
        name: 'predict_events_total',
        type: 'counter',
        help: 'Events: answered with what the model sees, and taken without an answer, since they have no digit.',
        series: () => Array.from(this.#outcomes, ([outcome, value]) => ({ labels: { outcome }, value })),
      },
    ]
  }

  add(outcome: Outcome, count: number): void {
    this.#outcomes.set(outcome, (this.#outcomes.get(outcome) ?? 0) + count)
  }
}
