import type { IncomingHttpHeaders } from 'node:http'

import type { Database } from '../../_runtime/postgres/postgres.ts'
import { ChangeFeed } from '../feed/change-feed.ts'
import { ChangeSignal } from './change-signal.ts'
import { parseEntityTags } from '../conditions/entity-tag.ts'
import { ConfigHistory } from '../history/history.ts'
import { preferredWait } from './prefer.ts'
import type { WatchSettings } from './settings.ts'
import { SharedDocuments } from './shared-documents.ts'
import { SharedFeed } from './shared-feed.ts'
import type { Page, StoredConfig } from '../store/store.ts'
import { Waiters, type Question } from './waiters.ts'

/** Of a request, what it takes to let it wait. */
interface Patient {
  readonly headers: IncomingHttpHeaders
  readonly arrivedAt: number
  readonly signal: AbortSignal
  stepAside(): void
}

interface Awaited<T> {
  readonly answer: T
  /** What is said of the waiting. */
  readonly headers: Readonly<Record<string, string>>
}

/** Everything by which requests of this process learn that something has changed. */
export class Watch {
  readonly signal: ChangeSignal
  readonly feed: SharedFeed
  readonly documents: SharedDocuments
  readonly configs: Waiters<StoredConfig | undefined>
  readonly pages: Waiters<Page>
  readonly #seconds: number
  /** Aborts when those who wait or stream have to end. */
  readonly #ending: AbortSignal

  constructor(database: Database, { places, pollMs, seconds }: WatchSettings, ending: AbortSignal) {
    this.signal = new ChangeSignal(database, { places, pollMs })
    this.feed = new SharedFeed(new ChangeFeed(database))
    this.documents = new SharedDocuments(new ConfigHistory(database))
    this.configs = new Waiters(this.signal, this.feed)
    this.pages = new Waiters(this.signal, this.feed)
    this.#seconds = seconds
    this.#ending = ending
  }

  /** Aborts when a request has taken its time, its client has left, or the process is about to end. */
  endOf({ arrivedAt, signal }: Patient, seconds = this.#seconds): AbortSignal {
    const leftMs = Math.max(0, Math.ceil(arrivedAt + seconds * 1000 - performance.now()))
    return AbortSignal.any([signal, this.#ending, AbortSignal.timeout(leftMs)])
  }

  /**
   * Asks a question: until the answer is another than the client has, where it prefers to wait for that. It says what it
   * has by If-None-Match; `*` is no such thing.
   */
  async answer<T>(
    request: Patient,
    waiters: Waiters<T>,
    question: Question<T>,
    isNews: (answer: T) => boolean,
  ): Promise<Awaited<T>> {
    const { 'if-none-match': known = '' } = request.headers
    const seconds = Math.min(preferredWait(request.headers) ?? 0, this.#seconds)
    if (seconds === 0 || !Array.isArray(parseEntityTags(known))) return { answer: await question.ask(), headers: {} }
    request.stepAside()
    const answer = await waiters.wait(question, { isNews, signal: this.endOf(request, seconds) })
    return { answer, headers: { 'preference-applied': `wait=${seconds}` } }
  }

  async close(): Promise<void> {
    await this.signal.close()
  }
}
