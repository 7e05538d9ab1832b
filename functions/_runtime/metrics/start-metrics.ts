import type { Labels, Metric } from './metric.ts'
import { Observations } from './observations.ts'

/** Upper bounds in seconds: fine where a start of ours is, up to what a cluster that is short of everything takes. */
const upperBounds = [0.02, 0.03, 0.04, 0.05, 0.06, 0.08, 0.1, 0.15, 0.2, 0.3, 0.5, 1, 2, 5]

type OfFunctions = Map<string, Observations>

/** Counts the starts of this process, which are one a function, and what they took. */
export class StartMetrics {
  readonly #functions = new Set<string>()
  readonly #ready: OfFunctions = new Map()
  readonly #firstAnswers: OfFunctions = new Map()

  /** A function lives in this process. */
  began(name: string): void {
    this.#functions.add(name)
    // A series from the start on, since many pods never have one wait: they are started by a deploy, or before they are needed.
    if (!this.#firstAnswers.has(name)) this.#firstAnswers.set(name, new Observations(upperBounds))
  }

  /** @param seconds since the process was spawned */
  ready(name: string, seconds: number): void {
    observe(this.#ready, name, seconds)
  }

  /**
   * The first answer to a request that came while the process started.
   * @param seconds since the process was spawned
   */
  answered(name: string, seconds: number): void {
    observe(this.#firstAnswers, name, seconds)
  }

  metrics(): Metric[] {
    return [
      {
        name: 'function_processes',
        type: 'gauge',
        help: 'Processes that are alive.',
        series: () => Array.from(this.#functions, (name) => ({ labels: { function: name }, value: 1 })),
      },
      {
        name: 'function_ready_seconds',
        type: 'histogram',
        help: 'Time from the spawn of a process until it listens, in seconds.',
        series: () => seriesOf(this.#ready),
      },
      {
        name: 'function_first_answer_seconds',
        type: 'histogram',
        help: 'Time from the spawn of a process to its first answer, where that was waited for, in seconds.',
        series: () => seriesOf(this.#firstAnswers),
      },
    ]
  }
}

function observe(of: OfFunctions, name: string, seconds: number): void {
  const observations = of.get(name) ?? new Observations(upperBounds)
  of.set(name, observations)
  observations.observe(seconds)
}

function seriesOf(of: OfFunctions): { readonly labels: Labels; readonly observations: Observations }[] {
  return Array.from(of, ([name, observations]) => ({ labels: { function: name }, observations }))
}
