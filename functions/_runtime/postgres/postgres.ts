import type { Sql } from 'postgres'

import type { DatabaseSettings } from '../settings/database-settings.ts'
import { Dialer } from './dialer.ts'
import { asProblem, busy, isHarmless, refusesTimeout, tooSlow, isOfAnotherServer } from './failure.ts'
import { Session } from './session.ts'
import { tracedWork } from './traced-sql.ts'
import type { Tracer } from '../tracing/tracer.ts'

/** Time for the server's own end of a query to arrive here. */
const silenceGraceMs = 1000

/** Works that may have only so many sessions at once, so that others find one. */
export class Share {
  readonly size: number
  used = 0

  constructor(size: number) {
    this.size = size
  }

  get isFull(): boolean {
    return this.used >= this.size
  }
}

interface Asking {
  /** Of performance.now(): since when somebody has waited for the answer. */
  readonly askedAt?: number
  readonly share?: Share
}

/** Sessions of a server, made when the first query needs one; every query has a deadline. */
export class Database {
  readonly #settings: DatabaseSettings
  readonly #tracer: Tracer | undefined
  /** Starts of the works that wait for a session, the first to come first. */
  readonly #waiting = new Map<() => void, Share | undefined>()
  readonly #sessions = new Set<Session>()
  /** The sessions that nobody uses; the last one is used first, so that the others grow old. */
  readonly #idle: Session[] = []
  #dialer: Dialer | undefined
  /** Whether the server takes its timeout when a session begins: that costs nothing, and some poolers refuse it. */
  #sendsTimeout = true

  /** @param tracer undefined where statements are not traced, or are those of nobody who waits */
  constructor(settings: DatabaseSettings, tracer?: Tracer) {
    this.#settings = settings
    this.#tracer = tracer
  }

  /**
   * Runs queries that need one session: a statement, or several one after the other. For a transaction there is
   * `transaction`: begin() of the driver can end the process.
   * @throws Problem 503 when the database is away, too slow, or not migrated; it says "may" where a change may have been
   * made all the same
   */
  async run<T>(work: (sql: Sql) => Promise<T>, { askedAt = performance.now(), share }: Asking = {}): Promise<T> {
    const { queryTimeoutMs } = this.#settings
    const leftMs = askedAt + queryTimeoutMs - performance.now()
    if (leftMs <= 0) throw busy(queryTimeoutMs)
    const answer = Promise.withResolvers<T>()
    const traced = this.#tracer ? tracedWork(this.#tracer, work) : work
    const start = (): void => void this.#startIn(share, traced).then(answer.resolve, answer.reject)
    const timer = setTimeout(() => {
      // Nobody waits for it any longer: a server that is slow already is not asked.
      answer.reject(this.#waiting.delete(start) ? busy(queryTimeoutMs) : tooSlow(queryTimeoutMs))
    }, leftMs)
    this.#waiting.set(start, share)
    this.#startWaiting()
    try {
      return await answer.promise
    } catch (error) {
      throw asProblem(error, queryTimeoutMs)
    } finally {
      clearTimeout(timer)
    }
  }

  /** Runs statements of which all are done or none. */
  async transaction<T>(work: (sql: Sql) => Promise<T>): Promise<T> {
    return this.run(async (sql) => {
      await sql`begin`
      try {
        const result = await work(sql)
        await sql`commit`
        return result
      } catch (error) {
        // Where the session is gone, so is the transaction.
        await sql`rollback`.catch(() => {})
        throw error
      }
    })
  }

  /**
   * Listens to what is notified on a channel, in a session of its own beside the pool's.
   * @param onEnd is told when it is over, also where it could not begin
   * @returns ends it
   */
  listen(channel: string, onMessage: (payload: string) => void, onEnd: () => void): () => void {
    const { connectTimeoutMs, queryTimeoutMs } = this.#settings
    // It is idle by its nature, and its end is never waited for.
    const session = this.#sessionOf({ ...this.#settings, idleTimeoutMs: 0 }, onEnd, (_, payload) => onMessage(payload))
    const silence = setTimeout(() => session.abandon(), connectTimeoutMs + queryTimeoutMs + silenceGraceMs)
    session
      .run((sql) => sql`listen ${sql(channel)}`)
      .catch(() => session.abandon())
      .finally(() => clearTimeout(silence))
    return () => session.abandon()
  }

  async ping(): Promise<void> {
    await this.run((sql) => sql`select 1`)
  }

  async close(): Promise<void> {
    await Promise.all([...this.#sessions].map((session) => session.end()))
  }

  /** Beyond the size of the pool they wait here, where a slow query does not make the one behind it slow. */
  #startWaiting(): void {
    for (const [start, share] of this.#waiting) {
      if (this.#idle.length === 0 && this.#sessions.size >= this.#settings.poolSize) return
      if (share?.isFull) continue
      this.#waiting.delete(start)
      start()
    }
  }

  async #startIn<T>(share: Share | undefined, work: (sql: Sql) => Promise<T>): Promise<T> {
    if (!share) return this.#start(work)
    share.used += 1
    try {
      return await this.#start(work)
    } finally {
      share.used -= 1
      this.#startWaiting()
    }
  }

  async #start<T>(work: (sql: Sql) => Promise<T>): Promise<T> {
    const session = this.#idle.pop() ?? this.#open()
    const { connectTimeoutMs, queryTimeoutMs } = this.#settings
    // The server ends a query of its own accord (statement_timeout), so one of which nothing was heard long after is in
    // a session that leads nowhere, which the system would notice after a quarter of an hour.
    const silence = setTimeout(() => session.abandon(), connectTimeoutMs + queryTimeoutMs + silenceGraceMs)
    try {
      const result = await session.run(work)
      this.#release(session)
      return result
    } catch (error) {
      if (isHarmless(error)) this.#release(session)
      else session.abandon()
      if (isOfAnotherServer(error)) this.#dialer?.skip()
      if (!session.sendsTimeout || !refusesTimeout(error)) throw error
      this.#sendsTimeout = false
      return await this.#start(work)
    } finally {
      clearTimeout(silence)
      this.#startWaiting()
    }
  }

  #open(): Session {
    const session = this.#sessionOf(this.#settings, (ended) => this.#forget(ended))
    this.#sessions.add(session)
    return session
  }

  #sessionOf(
    settings: DatabaseSettings,
    onEnd: (session: Session) => void,
    onNotify?: (channel: string, payload: string) => void,
  ): Session {
    this.#dialer ??= new Dialer(settings.url, settings.connectTimeoutMs)
    return new Session(settings, this.#dialer, {
      sendsTimeout: this.#sendsTimeout,
      onEnd,
      ...(onNotify && { onNotify }),
    })
  }

  #release(session: Session): void {
    if (session.isOver) return
    this.#idle.push(session)
    session.rest()
  }

  #forget(session: Session): void {
    this.#sessions.delete(session)
    const index = this.#idle.indexOf(session)
    if (index !== -1) this.#idle.splice(index, 1)
    this.#startWaiting()
  }
}
