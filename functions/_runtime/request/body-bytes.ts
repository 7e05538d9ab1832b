import { tooManyRequests } from '../reply/problem.ts'

/** What the requests that are being answered hold of their bodies, together. */
export interface BodyBytes {
  held: number
}

/** What one request holds: bytes that have arrived, not those that were announced, which cost their sender nothing. */
export class BodyShare {
  readonly #all: BodyBytes
  readonly #limitBytes: number
  #bytes = 0

  /** @param limitBytes of all together */
  constructor(all: BodyBytes, limitBytes: number) {
    this.#all = all
    this.#limitBytes = limitBytes
  }

  /** @throws Problem 429 when all together would have more than the limit */
  take(bytes: number): void {
    // One is always taken, however large the routes' own limits let it be.
    if (this.#all.held > this.#bytes && this.#all.held + bytes > this.#limitBytes) {
      const detail = `The bodies that this process is answering would have more than ${this.#limitBytes} bytes, its limit.`
      throw tooManyRequests(detail, 1)
    }
    this.#all.held += bytes
    this.#bytes += bytes
  }

  giveBack(): void {
    this.#all.held -= this.#bytes
    this.#bytes = 0
  }
}
