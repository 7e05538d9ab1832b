import type { FeedChange } from '../feed/change-feed.ts'
import { Turns } from '../store/turns.ts'
import type { ChangeSignal } from './change-signal.ts'
import type { Position } from '../feed/feed-position.ts'
import type { SharedFeed } from './shared-feed.ts'

/** What is asked again when something changed. */
export interface Question<T> {
  /** The same for the same question: those who wait for its answer share it. */
  readonly key: string
  /** Whether a change can change the answer. */
  concerns(change: FeedChange): boolean
  ask(): Promise<T>
}

interface Waiting<T> {
  /** Whether it is what the client waits for. */
  readonly isNews: (answer: T) => boolean
  /** Aborts when the client has left, its time is over, or the process is about to end. */
  readonly signal: AbortSignal
}

/** Nothing, an answer, or why there is none. */
type Outcome<T> = { readonly answer: T } | { readonly error: unknown } | undefined

interface Group<T> {
  readonly question: Question<T>
  readonly waiters: Set<(outcome: Outcome<T>) => void>
  isAsking: boolean
  /** Whether the answer may be another than the one that is being given, or was. */
  isStale: boolean
  /** Whether asking failed, and is to be tried again when there is something to hear. */
  hasFailed: boolean
}

/** Lets requests wait for another answer. Those of a process share the reading of what changed, and the queries. */
export class Waiters<T> {
  readonly #signal: ChangeSignal
  readonly #feed: SharedFeed
  readonly #groups = new Map<string, Group<T>>()
  readonly #turns = new Turns()
  #users = 0
  /** Whether what changes is being read, from a position before whatever is asked. */
  #following: Promise<void> | undefined
  #stopped: AbortController | undefined
  /** Why it is not known now whether anything changed. */
  #blindness: { readonly error: unknown } | undefined

  constructor(signal: ChangeSignal, feed: SharedFeed) {
    this.#signal = signal
    this.#feed = feed
  }

  /**
   * Asks until the answer is news, or the signal is aborted.
   * @returns the last answer
   * @throws what asking threw first or last, also when whether anything changed could not be known at the end
   */
  async wait(question: Question<T>, { isNews, signal }: Waiting<T>): Promise<T> {
    const leave = this.#signal.attend()
    const done = Promise.withResolvers<Outcome<T>>()
    let last: Outcome<T>
    const hear = (outcome: Outcome<T>): void => {
      // What could be asked once can be asked again, so only who has no answer yet is told that there is none.
      const isFirst = last === undefined
      last = outcome
      if (outcome && ('answer' in outcome ? isNews(outcome.answer) : isFirst)) done.resolve(outcome)
    }
    const give = (): void => done.resolve(this.#blindness ?? last)
    this.#users += 1
    let group: Group<T> | undefined
    try {
      // Before the question is asked: what changes after the answer is after the position.
      await this.#follow()
      group = this.#join(question, hear)
      signal.addEventListener('abort', give)
      if (signal.aborted) give()
      const outcome = (await done.promise) ?? { answer: await question.ask() }
      if ('error' in outcome) throw outcome.error
      return outcome.answer
    } finally {
      signal.removeEventListener('abort', give)
      if (group) this.#part(group, hear)
      this.#users -= 1
      if (this.#users === 0) this.#stop()
      leave()
    }
  }

  #join(question: Question<T>, hear: (outcome: Outcome<T>) => void): Group<T> {
    const group = this.#groups.get(question.key) ?? newGroup(question)
    this.#groups.set(question.key, group)
    group.waiters.add(hear)
    void this.#ask(group)
    return group
  }

  #part(group: Group<T>, hear: (outcome: Outcome<T>) => void): void {
    group.waiters.delete(hear)
    if (group.waiters.size === 0 && this.#groups.get(group.question.key) === group) {
      this.#groups.delete(group.question.key)
    }
  }

  /** One query at a time for all who ask the same; what came to be while it ran is asked for again. */
  async #ask(group: Group<T>): Promise<void> {
    group.isStale = true
    if (group.isAsking) return
    group.isAsking = true
    // Whoever else joins now shares the query.
    await Promise.resolve()
    while (group.isStale && group.waiters.size > 0) {
      group.isStale = false
      // Those who wait leave the rest of the pool to those who do not: one takes its turn after the other.
      const outcome = await this.#turns
        .take('all', () => group.question.ask())
        .then(
          (answer) => ({ answer }),
          (error: unknown) => ({ error }),
        )
      group.hasFailed = 'error' in outcome
      // Who joined meanwhile hears it, too, and the next one.
      for (const hear of group.waiters) hear(outcome)
    }
    group.isAsking = false
  }

  /** Begins to read what changes, unless that was begun. */
  async #follow(): Promise<void> {
    this.#following ??= this.#begin()
    await this.#following
  }

  async #begin(): Promise<void> {
    const stop = new AbortController()
    this.#stopped = stop
    try {
      const position = await this.#feed.now()
      void this.#read(position, stop.signal)
    } catch (error) {
      if (this.#stopped === stop) this.#stop()
      throw error
    }
  }

  #stop(): void {
    this.#stopped?.abort()
    this.#stopped = undefined
    this.#following = undefined
    this.#blindness = undefined
  }

  async #read(begin: Position, stopped: AbortSignal): Promise<void> {
    let position = begin
    while (!stopped.aborted) {
      const heard = this.#signal.count
      try {
        const { changes, hasGap, hasMore, position: next } = await this.#feed.read(position)
        position = next
        if (stopped.aborted) return
        this.#blindness = undefined
        this.#tell(changes, hasGap)
        if (hasMore) continue
      } catch (error) {
        // The database may be back before anybody's time is over: nobody is sent away for it.
        if (!stopped.aborted) this.#blindness = { error }
      }
      await this.#signal.after(heard, stopped)
    }
  }

  #tell(changes: readonly FeedChange[], hasGap: boolean): void {
    for (const group of this.#groups.values()) {
      if (group.hasFailed || hasGap || changes.some((change) => group.question.concerns(change))) void this.#ask(group)
    }
  }
}

function newGroup<T>(question: Question<T>): Group<T> {
  return { question, waiters: new Set(), isAsking: false, isStale: false, hasFailed: false }
}
