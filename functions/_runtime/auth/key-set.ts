import { JWKSNoMatchingKey } from 'jose/errors'
import { createLocalJWKSet } from 'jose/jwks/local'
import type { JWTVerifyGetKey } from 'jose/jwt/verify'

import type { KeySource } from './key-source.ts'

type LocalKeys = ReturnType<typeof createLocalJWKSet>

/** The keys cannot be read, and what is known does not do. */
export class KeysUnavailable extends Error {}

/** How long the source is left alone. */
export interface Rests {
  /** After keys were read. */
  readonly maxAgeMs: number
  /** When a token names a key that is not among them: anybody can make such tokens. */
  readonly rotationMs: number
  /** When there are no keys at all. */
  readonly retryMs: number
}

const usualRests: Rests = { maxAgeMs: 600_000, rotationMs: 30_000, retryMs: 1000 }

/**
 * The public keys of an issuer, read when the first token needs one, and again when they are old or a token names one
 * that is new. While they cannot be read, those that are known go on serving.
 */
export class KeySet {
  readonly #source: KeySource
  readonly #onFailure: (reason: string) => void
  readonly #rests: Rests
  #keys: LocalKeys | undefined
  /** In milliseconds of performance.now(). */
  #readAt = Number.NEGATIVE_INFINITY
  #askedAt = Number.NEGATIVE_INFINITY
  #reading: Promise<LocalKeys> | undefined
  #isReading = false

  /** @param onFailure is told why keys could not be read */
  constructor(source: KeySource, onFailure: (reason: string) => void, rests = usualRests) {
    this.#source = source
    this.#onFailure = onFailure
    this.#rests = rests
  }

  /**
   * Finds the key of a token, for jose.
   * @throws KeysUnavailable; what jose throws when there is no such key
   */
  readonly find: JWTVerifyGetKey = async (header, token) => {
    const { maxAgeMs, rotationMs, retryMs } = this.#rests
    const keys = this.#keys ?? (await this.#read(retryMs))
    const isOld = performance.now() > this.#readAt + maxAgeMs
    // Not waited for, and what is known serves until then; onFailure was told.
    if (isOld) this.#read(rotationMs).catch(() => {})
    try {
      return await keys(header, token)
    } catch (error) {
      if (!(error instanceof JWKSNoMatchingKey)) throw error
      const latest = await this.#read(rotationMs)
      return latest(header, token)
    }
  }

  /**
   * @param restMs since the source was asked, in which it is not asked again
   * @throws KeysUnavailable when they could not be read, now or when it was asked
   */
  #read(restMs: number): Promise<LocalKeys> {
    const now = performance.now()
    if (this.#reading && (this.#isReading || now < this.#askedAt + restMs)) return this.#reading
    this.#askedAt = now
    this.#isReading = true
    this.#reading = this.#ask()
    return this.#reading
  }

  async #ask(): Promise<LocalKeys> {
    try {
      const keys = createLocalJWKSet(JSON.parse(await this.#source()))
      this.#keys = keys
      this.#readAt = performance.now()
      return keys
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      this.#onFailure(reason)
      throw new KeysUnavailable(reason, { cause: error })
    } finally {
      this.#isReading = false
    }
  }
}
