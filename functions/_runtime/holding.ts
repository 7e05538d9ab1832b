import type { AnyDefinition, Opening } from './function.ts'
import type { RuntimeSettings } from './settings.ts'

/** What a function holds while it is open, and how many requests are using it. */
export class Holding {
  readonly settings: RuntimeSettings
  readonly #definition: AnyDefinition
  readonly #opening: Opening<RuntimeSettings>
  #held: Promise<unknown> | undefined
  #users = 0
  #idle: (() => void) | undefined

  constructor(definition: AnyDefinition, opening: Opening<RuntimeSettings>) {
    this.settings = opening.settings
    this.#definition = definition
    this.#opening = opening
  }

  get users(): number {
    return this.#users
  }

  /** Opens at the first call; later calls wait for the same. A failed opening is tried again by the next call. */
  open(): Promise<unknown> {
    this.#held ??= this.#open()
    return this.#held
  }

  /** Runs work with what is held; it stays open until the work is done. */
  async use<T>(work: (held: unknown) => T | Promise<T>): Promise<T> {
    this.#users += 1
    try {
      return await work(await this.open())
    } finally {
      this.#users -= 1
      if (this.#users === 0) this.#idle?.()
    }
  }

  /** Gives back what is held, once nobody uses it. */
  async close(): Promise<void> {
    if (this.#users > 0) await new Promise<void>((resolve) => (this.#idle = resolve))
    const held = this.#held
    this.#held = undefined
    if (held) await this.#definition.close?.(await held)
  }

  async #open(): Promise<unknown> {
    try {
      return await this.#definition.open(this.#opening)
    } catch (error) {
      this.#held = undefined
      throw error
    }
  }
}
