import { Histogram } from './histogram.ts'
import type { K6Sample } from './k6-sample.ts'
import type { Measurement, Moment, Quantiles } from './measurement.ts'
import type { Scale } from './scale.ts'
import { Timeline } from './timeline.ts'

interface FunctionTally {
  succeeded: number
  readonly durations: Histogram
}

/** Sums up what k6 and the cluster tell, as they tell it. */
export class Tally {
  readonly #timeline: Timeline
  readonly #foundNoPod: ((name: string, timeMs: number) => boolean) | undefined
  readonly #durations = new Histogram()
  readonly #coldDurations = new Histogram()
  readonly #byFunction = new Map<string, FunctionTally>()
  readonly #failures: Record<string, number> = {}
  #succeeded = 0
  #dropped = 0
  #cold = 0
  #starts = 0
  #now: Readonly<Record<string, Scale>> = {}

  /** @param foundNoPod whether a function had no pod then; without, an answer is cold where its process says so */
  constructor(beganAtMs: number, foundNoPod?: (name: string, timeMs: number) => boolean) {
    this.#timeline = new Timeline(beganAtMs)
    this.#foundNoPod = foundNoPod
  }

  see(sample: K6Sample): void {
    if (sample.kind === 'dropped') {
      this.#timeline.at(sample.atMs).dropped += sample.count
      this.#dropped += sample.count
    } else if (sample.kind === 'start') {
      this.#starts += 1
      if (this.#foundNoPod) return
      this.#timeline.at(sample.atMs).cold += 1
      this.#cold += 1
    } else this.#answer(sample)
  }

  #answer({ function: name, endedAtMs, durationMs, status, errorCode }: K6Sample & { kind: 'answer' }): void {
    const sentAtMs = endedAtMs - durationMs
    const sent = this.#timeline.at(sentAtMs)
    const own = this.#byFunction.get(name) ?? { succeeded: 0, durations: new Histogram() }
    this.#byFunction.set(name, own)
    own.durations.add(durationMs)
    sent.sent += 1
    sent.durations.add(durationMs)
    this.#durations.add(durationMs)
    if (this.#foundNoPod?.(name, sentAtMs)) {
      sent.cold += 1
      this.#cold += 1
      this.#coldDurations.add(durationMs)
    }
    if (status >= 200 && status < 300) {
      this.#timeline.at(endedAtMs).succeeded += 1
      this.#succeeded += 1
      own.succeeded += 1
    } else {
      sent.failed += 1
      const kind = status === 0 ? `k6 error ${errorCode}` : `status ${status}`
      this.#failures[kind] = (this.#failures[kind] ?? 0) + 1
    }
  }

  sample(timeMs: number, scale: Readonly<Record<string, Scale>>): void {
    this.#timeline.at(timeMs).scale = scale
    this.#now = scale
  }

  /** What came in the last whole second, for who watches. */
  recent(timeMs: number): { readonly achieved: number; readonly p95: number | undefined; readonly failed: number } {
    const { succeeded, durations } = this.#timeline.at(timeMs - 1000 * this.#timeline.intervalSeconds)
    const failed = Object.values(this.#failures).reduce((sum, each) => sum + each, 0)
    return { achieved: succeeded / this.#timeline.intervalSeconds, p95: durations.quantile(0.95), failed }
  }

  /** By function, as it was last seen. */
  get now(): Readonly<Record<string, Scale>> {
    return this.#now
  }

  get seconds(): number {
    return this.#timeline.intervals.length * this.#timeline.intervalSeconds
  }

  get intervalSeconds(): number {
    return this.#timeline.intervalSeconds
  }

  totals(): Measurement['totals'] {
    return {
      requests: this.#durations.count,
      succeeded: this.#succeeded,
      dropped: this.#dropped,
      failures: this.#failures,
      cold: this.#cold,
      starts: this.#starts,
      latency: quantilesOf(this.#durations),
      coldLatency: quantilesOf(this.#coldDurations),
      mostOffered: Math.max(0, ...this.moments().map(({ offered }) => offered)),
      byFunction: Object.fromEntries(
        [...this.#byFunction].map(([name, { succeeded, durations }]) => {
          return [name, { requests: durations.count, succeeded, latency: quantilesOf(durations) }]
        }),
      ),
    }
  }

  moments(): Moment[] {
    const seconds = this.#timeline.intervalSeconds
    let scale: Moment['scale'] = {}
    return this.#timeline.intervals.map((interval, index) => {
      // A second in which nobody looked is as the one before it.
      if (Object.keys(interval.scale).length > 0) scale = interval.scale
      return {
        at: index * seconds,
        offered: (interval.sent + interval.dropped) / seconds,
        achieved: interval.succeeded / seconds,
        failed: interval.failed,
        cold: interval.cold,
        latency: quantilesOf(interval.durations),
        scale,
      }
    })
  }

  /** By function, of what was sampled. */
  scale(): Measurement['scale'] {
    const moments = this.moments().filter(({ scale }) => Object.keys(scale).length > 0)
    return Object.fromEntries(
      Object.keys(moments[0]?.scale ?? {}).map((name) => {
        const scales = moments.flatMap(({ scale }) => scale[name] ?? [])
        const podSeconds = scales.reduce((sum, { existing }) => sum + existing, 0) * this.#timeline.intervalSeconds
        const mostWanted = Math.max(...scales.map(({ wanted }) => wanted))
        const mostReady = Math.max(...scales.map(({ ready }) => ready))
        const [atBegin, atEnd] = [scales[0]?.existing ?? 0, scales.at(-1)?.existing ?? 0]
        return [name, { atBegin, mostWanted, mostReady, atEnd, podSeconds }]
      }),
    )
  }
}

function quantilesOf(durations: Histogram): Quantiles {
  if (durations.count === 0) return {}
  return {
    p50: rounded(durations.quantile(0.5)),
    p95: rounded(durations.quantile(0.95)),
    p99: rounded(durations.quantile(0.99)),
    max: rounded(durations.max),
  }
}

function rounded(milliseconds = 0): number {
  return Math.round(milliseconds * 100) / 100
}
