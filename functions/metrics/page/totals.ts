/** What GET /totals answers. */
export interface Totals {
  readonly functions: Readonly<Record<string, FunctionTotals>>
}

export interface FunctionTotals {
  /** By the class of their status, such as `2xx`. */
  readonly requests: Counts
  /** By the upper bounds of buckets in seconds; the last is `+Inf`. A request is in one bucket only. */
  readonly durations: Counts
  /** That are alive. */
  readonly processes: number
}

export type Counts = Readonly<Record<string, number>>

export function sumOf(counts: Counts): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0)
}

/** @returns what was counted since */
export function since(before: Counts | undefined, counts: Counts): Counts {
  return Object.fromEntries(Object.entries(counts).map(([key, count]) => [key, count - (before?.[key] ?? 0)]))
}

export function together(all: readonly Counts[]): Counts {
  const keys = new Set(all.flatMap((counts) => Object.keys(counts)))
  return Object.fromEntries(Array.from(keys, (key) => [key, all.reduce((sum, counts) => sum + (counts[key] ?? 0), 0)]))
}
