import { BodyShare, type BodyBytes } from './body-bytes.ts'
import { tooManyRequests } from '../reply/problem.ts'

/** What the requests that a function is answering take of its process, together. */
export interface Taken {
  /** Requests that are being answered, without those that have stepped aside. */
  inFlight: number
  readonly bodies: BodyBytes
}

/** What one request takes of its process. */
export class Place {
  readonly share: BodyShare
  readonly #all: Taken
  #isInFlight = false

  /** @param limitBytes of all bodies together */
  constructor(all: Taken, limitBytes: number) {
    this.#all = all
    this.share = new BodyShare(all.bodies, limitBytes)
  }

  /** @throws Problem 429 when too many requests are in flight */
  take(limit: number): void {
    if (this.#all.inFlight >= limit) {
      throw tooManyRequests(`This process is answering ${limit} requests, which is its limit.`, 1)
    }
    this.#all.inFlight += 1
    this.#isInFlight = true
  }

  stepAside(): void {
    if (!this.#isInFlight) return
    this.#isInFlight = false
    this.#all.inFlight -= 1
  }

  giveBack(): void {
    this.stepAside()
    this.share.giveBack()
  }
}
