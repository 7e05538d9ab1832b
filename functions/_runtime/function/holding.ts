import { guardOf, type Guard } from '../auth/guard.ts'
import type { AnyDefinition, Opening } from './definition.ts'
import { settle } from './settle.ts'
import type { RuntimeSettings } from '../settings/settings.ts'

/** What a function holds while it is open, and who is using it. */
export class Holding {
  readonly settings: RuntimeSettings
  /** Undefined where everybody may ask. */
  readonly guard: Guard | undefined
  readonly #definition: AnyDefinition
  readonly #opening: Opening<RuntimeSettings>
  readonly #ending = new AbortController()
  #held: Promise<unknown> | undefined
  /** What `#held` came to. */
  #opened: { readonly value: unknown } | undefined
  #users = 0
  #idle: PromiseWithResolvers<void> | undefined

  /** @throws SettingsError when what the settings of auth name cannot be read */
  constructor(definition: AnyDefinition, opening: Omit<Opening<RuntimeSettings>, 'ending'>) {
    const { settings } = opening
    this.settings = settings
    this.guard = definition.auth && guardOf(definition.name, definition.auth(settings), opening)
    this.#definition = definition
    this.#opening = { ...opening, ending: this.#ending.signal }
  }

  /** Opens at the first call; later calls wait for the same. A failed opening is tried again by the next call. */
  open(): Promise<unknown> {
    if (this.#held) return this.#held
    const held = this.#open()
    this.#held = held
    const settled = (opened: { readonly value: unknown } | undefined): void => {
      if (this.#held !== held) return
      this.#opened = opened
      if (!opened) this.#held = undefined
    }
    void held.then((value) => settled({ value })).catch(() => settled(undefined))
    return held
  }

  /** Runs work with what is held; it stays open until the work is done. What is open already is not waited for. */
  use<T>(work: (held: unknown) => T | Promise<T>): T | Promise<T> {
    this.#users += 1
    const opened = this.#opened
    return settle(
      () => (opened ? work(opened.value) : this.open().then(work)),
      () => this.#leave(),
    )
  }

  /** Tells those who wait or stream that it will be given back. */
  announceEnd(): void {
    this.#ending.abort()
  }

  /**
   * Gives back what is held, once nobody uses it.
   * @param patienceMs how long to wait for those who do; what is held is taken from them then
   */
  async close(patienceMs = Number.POSITIVE_INFINITY): Promise<void> {
    this.announceEnd()
    const deadline = performance.now() + patienceMs
    if (this.#users > 0) await this.#untilIdle(patienceMs)
    const held = this.#held
    this.#held = undefined
    this.#opened = undefined
    // What did not open has nothing to give back.
    const opened = await held?.then((value) => ({ value })).catch(() => undefined)
    if (opened) await this.#definition.close?.(opened.value, Math.max(0, deadline - performance.now()))
  }

  async #open(): Promise<unknown> {
    return this.#definition.open(this.#opening)
  }

  #leave(): void {
    this.#users -= 1
    if (this.#users === 0) this.#idle?.resolve()
  }

  async #untilIdle(patienceMs: number): Promise<void> {
    this.#idle ??= Promise.withResolvers()
    if (patienceMs === Number.POSITIVE_INFINITY) return this.#idle.promise
    const { promise, resolve } = Promise.withResolvers<void>()
    const timer = setTimeout(resolve, patienceMs)
    await Promise.race([this.#idle.promise, promise])
    clearTimeout(timer)
  }
}
