const lowestMs = 0.1
/** Each bucket is a twenty-fifth wider than the one before, so a quantile is off by two hundredths at most. */
const growth = Math.log(1.04)

/** How long answers took. What it holds does not grow with their number. */
export class Histogram {
  readonly #counts = new Map<number, number>()
  #count = 0
  #max = 0

  get count(): number {
    return this.#count
  }

  /** In milliseconds; exact. */
  get max(): number {
    return this.#max
  }

  add(durationMs: number): void {
    const bucket = Math.max(0, Math.ceil(Math.log(durationMs / lowestMs) / growth))
    this.#counts.set(bucket, (this.#counts.get(bucket) ?? 0) + 1)
    this.#count += 1
    this.#max = Math.max(this.#max, durationMs)
  }

  merge(other: Histogram): void {
    for (const [bucket, count] of other.#counts) this.#counts.set(bucket, (this.#counts.get(bucket) ?? 0) + count)
    this.#count += other.#count
    this.#max = Math.max(this.#max, other.#max)
  }

  /**
   * @param share 0.99 for the 99th percentile
   * @returns milliseconds, undefined when nothing was added
   */
  quantile(share: number): number | undefined {
    if (this.#count === 0) return undefined
    const rank = Math.max(1, Math.ceil(share * this.#count))
    let seen = 0
    for (const bucket of [...this.#counts.keys()].toSorted((one, other) => one - other)) {
      seen += this.#counts.get(bucket) ?? 0
      // The middle of a bucket, but never more than there was.
      if (seen >= rank) return Math.min(this.#max, lowestMs * Math.exp(growth * (bucket - 0.5)))
    }
    return this.#max
  }
}
