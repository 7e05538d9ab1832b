import type { Logger } from '../../_runtime/process/log.ts'
import { drain } from './drain.ts'
import type { Outbox } from './outbox.ts'

/** Long enough for an answer to be written, and for other writes to come. */
const coalesceMs = 20
/** What other processes have left is looked for no more often. */
const lookAgainMs = 3000
/** More would be taken for nothing: https://nodejs.org/api/timers.html#settimeoutcallback-delay-args */
const longestTimerMs = 2_147_483_647

/** Has events sent by the process that wrote, after it has answered, and with them what others have left. */
export class EventSender {
  readonly #outbox: Outbox
  readonly #log: Logger
  /** Aborted when there is no more time to wait for anything. */
  readonly #hurry = new AbortController()
  /** Aborted when there is no more time at all. */
  readonly #stop = new AbortController()
  /** Whether this process has written something that may not have been sent. */
  #isOwing = false
  #isLookDue = false
  #nextLookAt = 0
  #timer: NodeJS.Timeout | undefined
  #running: Promise<void> | undefined

  constructor(outbox: Outbox, log: Logger) {
    this.#outbox = outbox
    this.#log = log
  }

  noteWrite(): void {
    this.#isOwing = true
    this.#start()
  }

  noteRequest(): void {
    const now = performance.now()
    if (now < this.#nextLookAt) return
    this.#nextLookAt = now + lookAgainMs
    this.#isLookDue = true
    this.#start()
  }

  /**
   * Sends what this process owes, as far as that goes without waiting for others.
   * @param timeMs what of the time for draining is left
   */
  async close(timeMs: number): Promise<void> {
    this.#hurry.abort()
    const timer = setTimeout(() => this.#stop.abort(), Math.min(timeMs, longestTimerMs))
    clearTimeout(this.#timer)
    await this.#running
    if (this.#isOwing) await this.#run()
    clearTimeout(timer)
    await this.#outbox.close()
  }

  #start(): void {
    if (this.#running || this.#timer || this.#hurry.signal.aborted) return
    this.#timer = setTimeout(() => {
      this.#timer = undefined
      this.#running = this.#run().finally(() => {
        this.#running = undefined
      })
    }, coalesceMs).unref()
  }

  async #run(): Promise<void> {
    while (this.#isOwing || this.#isLookDue) {
      const isOwing = this.#isOwing
      this.#isOwing = false
      this.#isLookDue = false
      if (!isOwing && !(await this.#isPending())) continue
      await drain((stop) => this.#outbox.pass(stop), {
        forOthers: isOwing,
        hurry: this.#hurry.signal,
        stop: this.#stop.signal,
        log: this.#log,
      })
      if (this.#hurry.signal.aborted) return
    }
    // Where the session is gone, so is what was taken.
    await this.#outbox.leave().catch(() => {})
  }

  async #isPending(): Promise<boolean> {
    try {
      return await this.#outbox.isPending()
    } catch (error) {
      // The next request looks again.
      this.#log.warn({ err: error }, 'it is not known whether events are to be sent')
      return false
    }
  }
}
