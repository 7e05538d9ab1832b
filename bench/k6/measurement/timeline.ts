import { Histogram } from './histogram.ts'
import type { Scale } from './scale.ts'

/** What happened in some seconds. */
export class Interval {
  /** Requests that were sent in it. */
  sent = 0
  /** Requests that were due in it, and not sent. */
  dropped = 0
  /** Answers that came in it with a status of success. */
  succeeded = 0
  /** Of the requests sent in it, those that were not answered so. */
  failed = 0
  /** Of the requests sent in it, those that found no pod. */
  cold = 0
  /** Answers that came in it from processes that had just started. */
  starts = 0
  /** Of the requests sent in it. */
  readonly durations = new Histogram()
  /** By function; the last that was seen. */
  scale: Readonly<Record<string, Scale>> = {}

  merge(later: Interval): void {
    this.sent += later.sent
    this.dropped += later.dropped
    this.succeeded += later.succeeded
    this.failed += later.failed
    this.cold += later.cold
    this.starts += later.starts
    this.durations.merge(later.durations)
    this.scale = Object.keys(later.scale).length > 0 ? later.scale : this.scale
  }
}

/** A load in intervals of a second. Those of a long load grow longer, so that there are never more than some. */
export class Timeline {
  readonly #beganAtMs: number
  readonly #mostIntervals: number
  #intervals: Interval[] = []
  #intervalSeconds = 1

  constructor(beganAtMs: number, mostIntervals = 900) {
    this.#beganAtMs = beganAtMs
    this.#mostIntervals = mostIntervals
  }

  get intervalSeconds(): number {
    return this.#intervalSeconds
  }

  get intervals(): readonly Interval[] {
    return this.#intervals
  }

  /** @param timeMs since 1970; what is earlier than the begin belongs to it */
  at(timeMs: number): Interval {
    const seconds = Math.max(0, (timeMs - this.#beganAtMs) / 1000)
    while (seconds / this.#intervalSeconds >= this.#mostIntervals) this.#halve()
    const place = Math.floor(seconds / this.#intervalSeconds)
    while (this.#intervals.length <= place) this.#intervals.push(new Interval())
    const interval = this.#intervals[place]
    if (!interval) throw new RangeError(`There is no interval at ${timeMs}.`)
    return interval
  }

  #halve(): void {
    this.#intervals = this.#intervals.filter((interval, index) => {
      const later = this.#intervals[index + 1]
      if (index % 2 === 0 && later) interval.merge(later)
      return index % 2 === 0
    })
    this.#intervalSeconds *= 2
  }
}
