import { quantile } from './quantile.ts'
import { since, sumOf, together, type Counts, type FunctionTotals, type Totals } from './totals.ts'

/** How requests went lately. */
export interface Rate {
  /** A second. */
  readonly requests: number
  /** A second, answered 4xx. */
  readonly refused: number
  /** A second, answered 5xx. */
  readonly failed: number
  /** In seconds; undefined where there was no request. */
  readonly p50: number | undefined
  readonly p95: number | undefined
  readonly p99: number | undefined
}

export interface Rates {
  readonly functions: Readonly<Record<string, Rate>>
  readonly all: Rate
}

interface Sample extends Totals {
  readonly at: number
}

/** A process tells what it has counted every 10 to 15 s: over less than that, one that is busy looks idle, and then twice as busy. */
export const windowMs = 30_000
export const leastMs = 15_000

/** Makes rates of totals, by what they have grown lately. */
export class Meter {
  #samples: readonly Sample[] = []

  /**
   * @param at in milliseconds, of any clock that goes evenly
   * @returns undefined as long as too little time has passed to tell
   */
  note(at: number, { functions }: Totals): Rates | undefined {
    // Totals never decrease: these are of another database.
    if (isLess(functions, this.#samples.at(-1)?.functions ?? {})) this.#samples = []
    const sample = { at, functions }
    const outside = this.#samples.findLastIndex((before) => before.at <= at - windowMs)
    this.#samples = [...this.#samples.slice(Math.max(outside, 0)), sample]
    const [first = sample] = this.#samples
    if (at - first.at < leastMs) return undefined
    return ratesOf(first, sample)
  }
}

function ratesOf(before: Sample, after: Sample): Rates {
  const seconds = (after.at - before.at) / 1000
  const grown = Object.entries(after.functions).map(([name, { requests, durations }]) => {
    const { requests: requestsBefore, durations: durationsBefore } = before.functions[name] ?? {}
    return { name, requests: since(requestsBefore, requests), durations: since(durationsBefore, durations) }
  })
  return {
    functions: Object.fromEntries(
      grown.map(({ name, requests, durations }) => [name, rateOf(requests, durations, seconds)]),
    ),
    all: rateOf(
      together(grown.map(({ requests }) => requests)),
      together(grown.map(({ durations }) => durations)),
      seconds,
    ),
  }
}

function rateOf(requests: Counts, durations: Counts, seconds: number): Rate {
  return {
    requests: sumOf(requests) / seconds,
    refused: (requests['4xx'] ?? 0) / seconds,
    failed: (requests['5xx'] ?? 0) / seconds,
    p50: quantile(0.5, durations),
    p95: quantile(0.95, durations),
    p99: quantile(0.99, durations),
  }
}

type Functions = Readonly<Record<string, FunctionTotals>>

function isLess(now: Functions, before: Functions): boolean {
  return Object.entries(before).some(([name, { requests }]) => {
    return sumOf(now[name]?.requests ?? {}) < sumOf(requests)
  })
}
