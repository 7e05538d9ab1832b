/** Values in buckets, as a histogram of Prometheus has them. */
export class Observations {
  /** Ascending; what is above the last is in no bucket of its own. */
  readonly upperBounds: readonly number[]
  /** Values in each bucket alone, by the index of its upper bound. */
  readonly buckets: Float64Array
  count = 0
  /** Whole millionths: a sum of floats depends on the order in which it was made, and totals would dip. */
  #millionths = 0

  constructor(upperBounds: readonly number[]) {
    this.upperBounds = upperBounds
    this.buckets = new Float64Array(upperBounds.length)
  }

  get sum(): number {
    return this.#millionths / 1_000_000
  }

  observe(value: number): void {
    const { upperBounds, buckets } = this
    this.count += 1
    this.#millionths += Math.round(value * 1_000_000)
    let bucket = 0
    while (bucket < upperBounds.length && value > (upperBounds[bucket] ?? 0)) bucket += 1
    if (bucket < upperBounds.length) buckets[bucket] = (buckets[bucket] ?? 0) + 1
  }
}
