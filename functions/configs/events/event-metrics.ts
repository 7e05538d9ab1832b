import type { Metric } from '../../_runtime/metrics/metric.ts'
import { Observations } from '../../_runtime/metrics/observations.ts'
import type { Delivery } from './destination.ts'

/** From sent at once to sent when somebody came the next day. */
const seconds = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800, 7200, 86_400]

/** Counts the events that this process sends. */
export class EventMetrics {
  readonly #outcomes = new Map<Delivery['outcome'], number>([
    ['taken', 0],
    ['refused', 0],
    ['failed', 0],
  ])
  readonly #delay = new Observations(seconds)

  metrics(): Metric[] {
    return [
      {
        name: 'configs_events_total',
        type: 'counter',
        help: 'Change events: taken by the sink, put aside because it refuses them, and tries that failed.',
        series: () => Array.from(this.#outcomes, ([outcome, value]) => ({ labels: { outcome }, value })),
      },
      {
        name: 'configs_event_delay_seconds',
        type: 'histogram',
        help: 'Time from a change until the sink had taken its event.',
        series: () => [{ labels: {}, observations: this.#delay }],
      },
    ]
  }

  count(outcome: Delivery['outcome']): number {
    return this.#outcomes.get(outcome) ?? 0
  }

  taken(delaySeconds: number): void {
    this.#add('taken')
    // Clocks differ: a change may be a moment younger than now.
    this.#delay.observe(Math.max(0, delaySeconds))
  }

  refused(): void {
    this.#add('refused')
  }

  failed(): void {
    this.#add('failed')
  }

  #add(outcome: Delivery['outcome']): void {
    this.#outcomes.set(outcome, this.count(outcome) + 1)
  }
}
