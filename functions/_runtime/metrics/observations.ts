/** A value of a histogram, and the trace in which it was observed. */
export interface Exemplar {
  readonly traceId: string
  readonly value: number
  /** In milliseconds since 1970. */
  readonly at: number
}

/** Values in buckets, as a histogram of Prometheus has them. */
export class Observations {
  /** Ascending; what is above the last is in the overflow. */
  readonly upperBounds: readonly number[]
  /** Values in each bucket alone, by the index of its upper bound; the last is the overflow. */
  readonly buckets: Float64Array
  /** Of each bucket, the last value that had a trace. */
  readonly exemplars: (Exemplar | undefined)[] = []
  count = 0
  /** Whole millionths: a sum of floats depends on the order in which it was made, and totals would dip. */
  sumMillionths = 0

  constructor(upperBounds: readonly number[]) {
    this.upperBounds = upperBounds
    this.buckets = new Float64Array(upperBounds.length + 1)
  }

  get sum(): number {
    return this.sumMillionths / 1_000_000
  }

  observe(value: number, traceId?: string): void {
    const { upperBounds, buckets } = this
    this.count += 1
    this.sumMillionths += Math.round(value * 1_000_000)
    let bucket = 0
    while (bucket < upperBounds.length && value > (upperBounds[bucket] ?? 0)) bucket += 1
    buckets[bucket] = (buckets[bucket] ?? 0) + 1
    if (traceId !== undefined) this.exemplars[bucket] = { traceId, value, at: Date.now() }
  }
}
