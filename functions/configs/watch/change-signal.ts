import type { Database } from '../../_runtime/postgres/postgres.ts'
import { tooManyRequests } from '../../_runtime/reply/problem.ts'
import { newRequestId } from '../../_runtime/request/request-id.ts'
import { ChangeListener } from './change-listener.ts'

interface Options {
  /** The most requests that attend at once. */
  readonly places: number
  /** Time after which those who attend look, whether they heard of a change or not. */
  readonly pollMs: number
}

/** Within it many changes are one: for those who hear of them, and for the server, which passes them on one by one. */
const gatherMs = 20
/** Clients that wait come again at once; the connection that listens for them stays for that long. */
const lingerMs = 10_000
const retryAfterSeconds = 5

/**
 * Tells those who wait that something may have changed. A process tells its own of its writes, and other processes by
 * NOTIFY, after the write: in its transaction it would make all writes commit one after another. A process that dies in
 * between, or somebody with psql, tells nobody; so all look every few seconds, too.
 */
export class ChangeSignal {
  readonly #listener: ChangeListener
  readonly #options: Options
  /** Of this process, by which it knows what it hears from itself. */
  readonly #origin = newRequestId()
  #attending = 0
  #count = 0
  #next = Promise.withResolvers<void>()
  #gathering: NodeJS.Timeout | undefined
  #isGathered = false
  #notifying: NodeJS.Timeout | undefined
  #polling: NodeJS.Timeout | undefined
  #leaving: NodeJS.Timeout | undefined

  constructor(database: Pick<Database, 'run' | 'listen'>, options: Options) {
    this.#options = options
    this.#listener = new ChangeListener(database, (origin) => {
      if (origin !== this.#origin) this.#tell()
    })
  }

  /** How often there was something to hear; to be asked before one looks. */
  get count(): number {
    return this.#count
  }

  /**
   * Takes one of the places for those who wait.
   * @returns gives it back
   * @throws Problem 429 when there is none
   */
  attend(): () => void {
    const { places, pollMs } = this.#options
    if (this.#attending >= places) {
      throw tooManyRequests(
        `${places} requests wait for changes in this process, which is its limit.`,
        retryAfterSeconds,
      )
    }
    this.#attending += 1
    clearTimeout(this.#leaving)
    this.#polling ??= setInterval(() => this.#poll(), pollMs)
    this.#listener.open()
    let isHere = true
    return () => {
      if (!isHere) return
      isHere = false
      this.#attending -= 1
      if (this.#attending === 0) this.#leaving = setTimeout(() => this.#rest(), lingerMs).unref()
    }
  }

  /** To be told of a write after it was made. */
  noteWrite(): void {
    this.#tell()
    this.#notifying ??= setTimeout(() => void this.#notify(), gatherMs)
  }

  /** Waits until there is something to hear after a count, or the signal is aborted. */
  async after(count: number, signal: AbortSignal): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    const settle = (): void => resolve()
    signal.addEventListener('abort', settle)
    while (this.#count === count && !signal.aborted) await Promise.race([this.#next.promise, promise])
    signal.removeEventListener('abort', settle)
  }

  async close(): Promise<void> {
    clearTimeout(this.#leaving)
    clearTimeout(this.#gathering)
    this.#rest()
    if (this.#notifying) await this.#notify()
  }

  #tell(): void {
    if (this.#gathering) {
      this.#isGathered = true
      return
    }
    this.#count += 1
    this.#next.resolve()
    this.#next = Promise.withResolvers()
    this.#gathering = setTimeout(() => {
      this.#gathering = undefined
      if (!this.#isGathered) return
      this.#isGathered = false
      this.#tell()
    }, gatherMs)
  }

  async #notify(): Promise<void> {
    clearTimeout(this.#notifying)
    this.#notifying = undefined
    try {
      await this.#listener.notify(this.#origin)
    } catch {
      // The write was made and answered; who waits elsewhere finds it when it looks.
    }
  }

  #poll(): void {
    this.#tell()
    if (this.#attending > 0) this.#listener.open()
  }

  #rest(): void {
    clearInterval(this.#polling)
    this.#polling = undefined
    this.#listener.close()
  }
}
