import type { Batch, ChangeFeed } from '../feed/change-feed.ts'
import { positionText, type Position } from '../feed/feed-position.ts'

interface Reading {
  readonly position: Position
  readonly result: PromiseWithResolvers<Batch>
}

/** Few enough to be held for each reader that takes its time. */
const batchChanges = 100

/**
 * Lets all readers of a process share their queries. Those who ask at once are answered by a round, which has a query
 * for each position, and reads from all of them up to the same snapshot: after it the readers that are up to date have
 * one position, and share every query to come.
 */
export class SharedFeed {
  readonly #feed: ChangeFeed
  readonly #readings = new Map<string, Reading>()
  #isReading = false

  constructor(feed: ChangeFeed) {
    this.#feed = feed
  }

  now(): Promise<Position> {
    return this.#feed.now()
  }

  read(position: Position): Promise<Batch> {
    const key = positionText(position)
    let reading = this.#readings.get(key)
    if (!reading) {
      reading = { position, result: Promise.withResolvers() }
      this.#readings.set(key, reading)
    }
    if (!this.#isReading) void this.#rounds()
    return reading.result.promise
  }

  async #rounds(): Promise<void> {
    this.#isReading = true
    // Whoever else was woken with this reader asks before the round begins.
    await Promise.resolve()
    while (this.#readings.size > 0) {
      const readings = [...this.#readings.values()]
      this.#readings.clear()
      await this.#readAll(readings)
    }
    this.#isReading = false
  }

  async #readAll(readings: readonly Reading[]): Promise<void> {
    let until: string | undefined
    let failure: unknown
    for (const { position, result } of readings) {
      // A database that did not answer one of them is not asked for the others.
      if (failure !== undefined) {
        result.reject(failure)
        continue
      }
      try {
        // One after another: they take one connection of the pool.
        const batch = await this.#feed.read(bounded(position, until), batchChanges)
        // What is after the snapshot is read when the next change is heard of.
        result.resolve(until !== undefined && !batch.position.batch ? { ...batch, hasMore: false } : batch)
        if (!position.batch) until ??= throughOf(batch.position)
      } catch (error) {
        failure = error
        result.reject(error)
      }
    }
  }
}

/** A position from which is read up to a snapshot, unless it is within a batch and has one of its own. */
function bounded(position: Position, until: string | undefined): Position {
  if (position.batch || until === undefined) return position
  return { ...position, batch: { snapshot: until, version: '0' } }
}

function throughOf({ snapshot, batch }: Position): string {
  return batch?.snapshot ?? snapshot
}
