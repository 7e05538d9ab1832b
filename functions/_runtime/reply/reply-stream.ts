/** A piece of a body, as it goes over the wire. */
export type ReplyPart = string | Uint8Array

/**
 * A body that is made while it is read: a part is asked for when those before it are on their way, so a client that
 * reads slowly makes nobody collect what it has not read yet.
 */
export class ReplyStream implements AsyncIterable<ReplyPart> {
  readonly #parts: AsyncIterator<ReplyPart>
  readonly #dueAtEnd: (() => void)[] = []
  #first: Promise<IteratorResult<ReplyPart>> | undefined
  #isOver = false

  /**
   * @param parts such as an async generator makes. It must end soon after the request's signal is aborted: a client that
   *   has left reads nothing. What is thrown before the first part is answered as a problem; later it cuts the answer off.
   */
  constructor(parts: AsyncIterable<ReplyPart>) {
    this.#parts = parts[Symbol.asyncIterator]()
  }

  /** Has work done after the last part was taken, or it is certain that nobody takes more. */
  onEnd(work: () => void): void {
    if (this.#isOver) work()
    else this.#dueAtEnd.push(work)
  }

  /**
   * Makes the first part, so that what is wrong is known before anything is sent.
   * @throws what the parts throw
   */
  async begin(): Promise<void> {
    this.#first = this.#parts.next()
    try {
      await this.#first
    } catch (error) {
      this.#end()
      throw error
    }
  }

  /** Ends it before its time. */
  async cancel(): Promise<void> {
    try {
      await this.#parts.return?.()
    } finally {
      this.#end()
    }
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<ReplyPart> {
    try {
      const first = await (this.#first ?? this.#parts.next())
      if (first.done) return
      yield first.value
      for (;;) {
        const next = await this.#parts.next()
        if (next.done) return
        yield next.value
      }
    } finally {
      await this.cancel()
    }
  }

  #end(): void {
    this.#isOver = true
    for (const work of this.#dueAtEnd.splice(0)) work()
  }
}
