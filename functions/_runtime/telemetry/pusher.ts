import type { Logger } from '../process/log.ts'
import { Problem, serviceUnavailable } from '../reply/problem.ts'
import type { ProcessMetrics } from '../metrics/process-metrics.ts'
import type { Outcome, Sink } from './push.ts'
import type { Reading } from './reading.ts'

interface Pace {
  /** Between two pushes, give or take a fifth, so that processes that start together do not push together. */
  readonly intervalMs: number
  /** Time for a push, after which it is not known whether it was kept. */
  readonly timeoutMs: number
}

/** What was pushed, and what it was pushed as. */
interface Pushed {
  readonly sequence: number
  readonly readings: readonly Reading[]
  readonly text: string
}

/** Soon enough for a chart, and after a start from zero: its first answer is not kept waiting. */
const firstPushMs = 1500
/** One that has nothing to tell says so all the same, or it would be taken for dead. */
const restMs = 60_000
const retryAfterSeconds = 2
const retryMs = 200

/**
 * Brings what this process counts to where totals are made, off the way of its requests. Each push has everything since
 * the process began: a sink that is down for a while loses nothing that the process still holds.
 */
export class Pusher {
  readonly #metrics: ProcessMetrics
  readonly #sink: Sink
  readonly #pace: Pace
  readonly #log: Logger
  #process: string | undefined
  #sequence = 0
  #kept: Pushed | undefined
  /** When that was, in milliseconds of performance.now(). */
  #keptAt = 0
  /** What the totals have of this process from before it was forgotten. */
  #base: readonly Reading[] | undefined
  #running: Promise<void> = Promise.resolve()
  /** A push that has not begun, which is as good for everybody who asks for one until it does. */
  #next: Promise<void> | undefined
  #timer: NodeJS.Timeout | undefined
  #hasFailed = false
  #hasEnded = false

  constructor(metrics: ProcessMetrics, sink: Sink, pace: Pace, log: Logger) {
    this.#metrics = metrics
    this.#sink = sink
    this.#pace = pace
    this.#log = log
  }

  /** Pushes from time to time, until the end. */
  start(): void {
    this.#metrics.keepBy(() => this.flush())
    this.#schedule(Math.min(firstPushMs, this.#pace.intervalMs))
  }

  /**
   * Pushes what is new, now.
   * @throws where it is not known whether it was kept
   */
  flush(): Promise<void> {
    if (this.#hasEnded) return Promise.resolve()
    this.#next ??= this.#after(() => {
      this.#next = undefined
      return this.#push(false)
    })
    return this.#next
  }

  /**
   * Pushes once more, for the last time, again and again until that is kept, cannot be kept, or its time is over, and gives
   * back what pushing held. Nothing is thrown: the process ends.
   */
  async end(): Promise<void> {
    clearTimeout(this.#timer)
    this.#hasEnded = true
    const deadline = performance.now() + this.#pace.timeoutMs
    try {
      await withTimeout(this.#pushLast(deadline), this.#pace.timeoutMs)
    } catch (error) {
      this.#log.warn({ err: error }, 'what was counted since the last push is lost')
    }
    await this.#sink.close()
  }

  async #pushLast(deadline: number): Promise<void> {
    try {
      await this.#after(() => this.#push(true))
    } catch (error) {
      if (hasNoTables(error)) throw error
      await sleep(retryMs)
      if (performance.now() > deadline) throw error
      await this.#pushLast(deadline)
    }
  }

  /** One push at a time: sequence numbers are given out in the order of what they stand for. */
  #after(push: () => Promise<void>): Promise<void> {
    const next = this.#running.then(push)
    this.#running = next.catch(() => {})
    return next
  }

  #schedule(ms: number): void {
    const jitter = 0.8 + 0.4 * Math.random()
    this.#timer = setTimeout(() => void this.#turn(), ms * jitter).unref()
  }

  async #turn(): Promise<void> {
    await this.flush().then(
      () => this.#recovered(),
      (error: unknown) => this.#failed(error),
    )
    if (!this.#hasEnded) this.#schedule(this.#pace.intervalMs)
  }

  async #push(isLast: boolean): Promise<void> {
    const readings = this.#metrics.read()
    const text = JSON.stringify(readings)
    const isNew = text !== this.#kept?.text || performance.now() - this.#keptAt > restMs
    if (!isLast && !isNew) return
    const outcome = await withTimeout(this.#send({ readings, text }, isLast), this.#pace.timeoutMs)
    if (outcome === 'kept') return
    this.#startAnew()
    await withTimeout(this.#send({ readings, text }, isLast), this.#pace.timeoutMs)
  }

  async #send(what: Omit<Pushed, 'sequence'>, isLast: boolean): Promise<Outcome> {
    // Loaded here: it takes 4 ms, which a start should not.
    this.#process ??= process.getBuiltinModule('node:crypto').randomUUID()
    this.#sequence += 1
    const id = this.#process
    const sequence = this.#sequence
    const { readings } = what
    const isFirst = this.#kept === undefined
    const base = isFirst ? this.#base : undefined
    const outcome = await this.#sink.push({ process: id, sequence, isFirst, isLast, readings, base })
    // It may come after its time, when a later push was kept or the process was forgotten.
    if (outcome === 'kept' && id === this.#process && sequence > (this.#kept?.sequence ?? 0)) {
      this.#kept = { sequence, ...what }
      this.#keptAt = performance.now()
    }
    return outcome
  }

  #startAnew(): void {
    this.#base = this.#kept?.readings ?? this.#base
    this.#process = undefined
    this.#kept = undefined
  }

  #failed(error: unknown): void {
    // Once: it is tried again every few seconds.
    if (!this.#hasFailed)
      this.#log.warn({ err: error }, 'counts cannot be pushed; this process holds them until they can')
    this.#hasFailed = true
  }

  #recovered(): void {
    if (this.#hasFailed) this.#log.info('counts are pushed again')
    this.#hasFailed = false
  }
}

/** SQLSTATE of a schema, a table and a column that are not there: nobody makes them while the process ends. */
const missing = new Set(['3F000', '42P01', '42703'])

function hasNoTables(error: unknown): boolean {
  const cause = error instanceof Problem ? error.cause : error
  return cause instanceof Error && 'code' in cause && missing.has(String(cause.code))
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}

async function withTimeout<T>(work: Promise<T>, timeoutMs: number): Promise<T> {
  const late = Promise.withResolvers<never>()
  const detail = `The counts of this process were not kept within ${timeoutMs} ms.`
  const timer = setTimeout(() => late.reject(serviceUnavailable(detail, retryAfterSeconds)), timeoutMs)
  try {
    return await Promise.race([work, late.promise])
  } finally {
    clearTimeout(timer)
  }
}
