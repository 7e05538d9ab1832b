import * as z from 'zod/mini'

import type { Family } from './families.ts'

/** What the processes of a function have counted since there is one. Numbers are whole, and never less than before. */
export const FunctionTotals = z.object({
  /** Answered requests by the class of their status, such as `2xx`. */
  requests: z.record(z.string(), z.number()),
  /** How many took longer than the bound before and not longer than this one, by bounds in seconds; the last is `+Inf`. */
  durations: z.record(z.string(), z.number()),
  /** Processes that are alive: of what is here, what alone can be less than before. */
  processes: z.number(),
})
export type FunctionTotals = z.output<typeof FunctionTotals>

/** Sums over everything but the function. */
export function functionTotals(families: readonly Family[]): Record<string, FunctionTotals> {
  const sums = new Map<string, Sums>()
  for (const { name: metric, series } of families) {
    for (const { labels, ...numbers } of series) {
      const { function: name, code = '' } = labels
      if (name === undefined) continue
      const sum = sums.get(name) ?? { requests: new Counts(), durations: new Counts(), processes: 0n }
      sums.set(name, sum)
      if ('value' in numbers) {
        if (metric === 'http_requests_total') sum.requests.add(`${code.slice(0, 1)}xx`, numbers.value)
        if (metric === 'function_processes') sum.processes += numbers.value
      } else if (metric === 'http_request_duration_seconds') {
        let before = 0n
        for (const { upperBound, count } of numbers.buckets) {
          sum.durations.add(upperBound, count - before)
          before = count
        }
      }
    }
  }
  return Object.fromEntries(
    Array.from(sums, ([name, { requests, durations, processes }]) => {
      return [name, { requests: requests.toJSON(), durations: durations.toJSON(), processes: Number(processes) }]
    }),
  )
}

interface Sums {
  readonly requests: Counts
  readonly durations: Counts
  processes: bigint
}

class Counts {
  readonly #counts = new Map<string, bigint>()

  add(key: string, count: bigint): void {
    this.#counts.set(key, (this.#counts.get(key) ?? 0n) + count)
  }

  toJSON(): Record<string, number> {
    return Object.fromEntries(Array.from(this.#counts, ([key, count]) => [key, Number(count)]))
  }
}
