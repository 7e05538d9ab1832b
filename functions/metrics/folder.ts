import type { Logger } from '../_runtime/process/log.ts'
import type { Totals } from './totals.ts'

/** Often enough that a process is not waited for much longer than it has to be. */
const roundsInPeriod = 60

/** Folds what ended processes have counted into the totals, after scrapes: no other time is certain to come. */
export class Folder {
  readonly #totals: Totals
  readonly #restMs: number
  readonly #log: Logger
  #nextAt = 0
  #running: Promise<void> | undefined

  /** @param foldSeconds time without a push after which a process is taken for ended */
  constructor(totals: Totals, foldSeconds: number, log: Logger) {
    this.#totals = totals
    this.#restMs = (foldSeconds * 1000) / roundsInPeriod
    this.#log = log
  }

  /** Begins to, unless that was done a short while ago. */
  noteScrape(): void {
    if (this.#running || performance.now() < this.#nextAt) return
    this.#nextAt = performance.now() + this.#restMs
    this.#running = this.#fold().finally(() => {
      this.#running = undefined
    })
  }

  async close(): Promise<void> {
    await this.#running
  }

  async #fold(): Promise<void> {
    try {
      await this.#totals.fold()
    } catch (error) {
      // The scrape was answered, and the numbers are right either way; the next one tries again.
      this.#log.warn({ err: error }, 'what ended processes have counted could not be folded')
    }
  }
}
