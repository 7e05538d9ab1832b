/** What tells one series from another. */
export interface SeriesLabels {
  readonly function: string
  /** The template of the route, or `unmatched`: never the path itself, which clients choose. */
  readonly route: string
  readonly method: string
  readonly code: string
}

/** Upper bounds in seconds: below a millisecond for warm answers, up to what a service may take. */
export const upperBounds = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] as const

/** The requests that have the same labels: how many, and how long they took. */
export class RequestSeries {
  readonly labels: SeriesLabels
  /** Requests in each bucket alone, by the index of its upper bound; those above the last are in none. */
  readonly buckets = new Float64Array(upperBounds.length)
  count = 0
  /** Whole microseconds: a sum of floats depends on the order in which it was made, and totals would dip. */
  microseconds = 0

  constructor(labels: SeriesLabels) {
    this.labels = labels
  }

  observe(seconds: number): void {
    this.count += 1
    this.microseconds += Math.round(seconds * 1_000_000)
    let bucket = 0
    while (bucket < upperBounds.length && seconds > (upperBounds[bucket] ?? 0)) bucket += 1
    if (bucket < upperBounds.length) this.buckets[bucket] = (this.buckets[bucket] ?? 0) + 1
  }
}
