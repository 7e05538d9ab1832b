/** Longer than k6 waits for an answer. */
const keptMs = 120_000

interface Moment {
  readonly atMs: number
  readonly ready: number
}

/** How many pods of each function took requests, and when that changed: for as long as a request may wait. */
export class PodHistory {
  readonly #moments = new Map<string, Moment[]>()

  note(name: string, ready: number, atMs: number): void {
    const moments = this.#moments.get(name) ?? []
    if (moments.at(-1)?.ready === ready) return
    // The last before the time that is kept says what was at its begin.
    const first = moments.findLastIndex((moment) => moment.atMs < atMs - keptMs)
    this.#moments.set(name, [...moments.slice(Math.max(0, first)), { atMs, ready }])
  }

  /** @returns 0 for the time before anything was noted */
  readyAt(name: string, timeMs: number): number {
    return this.#moments.get(name)?.findLast(({ atMs }) => atMs <= timeMs)?.ready ?? 0
  }
}
