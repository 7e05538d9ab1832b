/** Holds handlers until a test lets them go on. */
export class Gate {
  #waiting = 0
  #change = Promise.withResolvers<void>()
  #opened = Promise.withResolvers<void>()

  /**
   * Waits for the gate to open.
   * @throws the signal's reason when that comes first
   */
  async pass(signal?: AbortSignal): Promise<void> {
    const aborted = Promise.withResolvers<never>()
    signal?.addEventListener('abort', () => aborted.reject(signal.reason))
    this.#count(1)
    try {
      await Promise.race([this.#opened.promise, aborted.promise])
    } finally {
      this.#count(-1)
    }
  }

  /** Waits until so many are held. */
  async holds(count: number): Promise<void> {
    while (this.#waiting !== count) await this.#change.promise
  }

  open(): void {
    this.#opened.resolve()
    this.#opened = Promise.withResolvers()
  }

  #count(by: number): void {
    this.#waiting += by
    this.#change.resolve()
    this.#change = Promise.withResolvers()
  }
}
