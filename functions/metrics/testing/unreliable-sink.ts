import { setTimeout as sleep } from 'node:timers/promises'

import type { Outcome, Push, Sink } from '../../_runtime/telemetry/push.ts'

/** A network between a process and a sink, which loses, delays and repeats. */
export class UnreliableSink implements Sink {
  readonly #pending = new Set<Promise<unknown>>()
  /** The latest push that has arrived, as far as is known. */
  latest: Push | undefined
  /** Pushes of which it is not known whether they have arrived. */
  readonly unknown: Push[] = []
  readonly #sink: Sink
  readonly #random: () => number
  #isStalled = false
  #isDead = false
  #resumed = Promise.withResolvers<void>()

  /** @param random numbers from 0 to 1 */
  constructor(sink: Sink, random: () => number) {
    this.#sink = sink
    this.#random = random
    this.#resumed.resolve()
  }

  async push(push: Push): Promise<Outcome> {
    await this.#resumed.promise
    if (this.#isDead) throw new Error('The process is dead.')
    // The last is tried again for seconds, so that one that gets through is all it takes.
    const chance = this.#random()
    if (chance < 0.1) throw new Error('The push is lost.')
    if (chance < 0.2) this.#later(push)
    if (chance < 0.3) this.#later(push)
    await sleep(20 * this.#random())
    const outcome = await this.#deliver(push)
    if (chance > 0.9) throw new Error('The answer is lost.')
    return outcome
  }

  close(): Promise<void> {
    return Promise.resolve()
  }

  /** Nothing gets through until it is resumed; what was under way then does. */
  stall(): void {
    this.#isStalled = true
    this.#resumed = Promise.withResolvers()
  }

  resume(): void {
    if (this.#isStalled) this.#resumed.resolve()
    this.#isStalled = false
  }

  /** Nothing is sent any more, though what is under way arrives. */
  die(): void {
    this.#isDead = true
  }

  /** Waits until everything that was sent has arrived, late copies included. */
  async settle(): Promise<void> {
    while (this.#pending.size > 0) await Promise.all(this.#pending)
  }

  async #deliver(push: Push): Promise<Outcome> {
    const delivered = this.#sink.push(push)
    this.#await(this.#note(push, delivered))
    return delivered
  }

  async #note(push: Push, delivered: Promise<Outcome>): Promise<void> {
    try {
      await delivered
      if (push.sequence > (this.latest?.sequence ?? 0)) this.latest = push
    } catch {
      this.unknown.push(push)
    }
  }

  #await(work: Promise<unknown>): void {
    this.#pending.add(work)
    void work.finally(() => this.#pending.delete(work))
  }

  /** Delivers it once more, when others have been delivered after it. */
  #later(push: Push): void {
    const late = sleep(2000 * this.#random())
      .then(() => this.#deliver(push))
      .catch(() => undefined)
    this.#await(late)
  }
}
