import type { Logger } from '../_runtime/process/log.ts'
import type { History } from './history.ts'
import type { Change, FleetHealth } from './schema.ts'

/**
 * Keeps what is seen, after who asked was answered. The history, and the driver with it, is loaded when there is first
 * something to keep.
 */
export class Recorder {
  readonly #open: () => Promise<History>
  readonly #log: Logger
  #history: Promise<History> | undefined
  #running: Promise<void> | undefined

  constructor(open: () => Promise<History>, log: Logger) {
    this.#open = open
    this.#log = log
  }

  /** Keeps it, unless something is being kept now: then the next who asks has it kept. */
  note(report: FleetHealth): void {
    if (this.#running || report.reason !== undefined) return
    this.#running = this.#keep(report).finally(() => {
      this.#running = undefined
    })
  }

  /** @throws Problem 503 when the database is away */
  async list(...of: Parameters<History['list']>): Promise<Change[]> {
    await this.#running
    return (await this.#loaded()).list(...of)
  }

  async close(): Promise<void> {
    await this.#running
    await (await this.#history)?.close()
  }

  async #keep(report: FleetHealth): Promise<void> {
    try {
      await (await this.#loaded()).note(report)
    } catch (error) {
      // Who asked was answered, and what is so is seen again by the next.
      this.#log.warn({ err: error }, 'how the functions are could not be kept')
    }
  }

  #loaded(): Promise<History> {
    this.#history ??= this.#open()
    return this.#history
  }
}
