import type { Socket } from 'node:net'

import postgres, { type Sql } from 'postgres'

import { failingSocket, type Dialer } from './dialer.ts'

export interface SessionSettings {
  readonly url: string
  readonly connectTimeoutMs: number
  readonly queryTimeoutMs: number
  readonly idleTimeoutMs: number
}

interface Options {
  /** Whether the server is told of its timeout as the session begins, or by a statement. */
  readonly sendsTimeout: boolean
  /** Is told once, when the session is of no more use. */
  readonly onEnd: (session: Session) => void
  /** Is told what comes on the channels that the session listens to. */
  readonly onNotify?: (channel: string, payload: string) => void
}

/** Time for what is being answered when a session is to end. */
const closeTimeoutMs = 5000
/** A session is not used for longer: what stands between it and the server comes and goes, and its memory grows. */
const lifetimeMs = 30 * 60_000

/**
 * One session of the server: made by its first statement, used by one work at a time, and never made anew. The driver
 * would connect again by itself, and in 3.4.9
 * - tries without a pause or an end while the server hangs up before it is ready, as a pooler does that has no server
 *   (porsager/postgres, issue 1193);
 * - lets begin() write to a socket that is gone, which ends the process (issue 1133), or into the session after, outside
 *   of any transaction (issue 1216);
 * - can leave a connection that was closed while a statement was about to be sent unable to send any other, and lets the
 *   first statement of the next session fail by the error that ended the one before.
 */
export class Session {
  readonly #sql: Sql
  readonly sendsTimeout: boolean
  readonly #onEnd: (session: Session) => void
  readonly #idleTimeoutMs: number
  readonly #madeAt = performance.now()
  #statementTimeout: string | undefined
  #idleTimer: NodeJS.Timeout | undefined
  #running: Promise<unknown> = Promise.resolve()
  #isOver = false

  constructor(settings: SessionSettings, dialer: Dialer, { sendsTimeout, onEnd, onNotify }: Options) {
    this.sendsTimeout = sendsTimeout
    this.#onEnd = onEnd
    this.#idleTimeoutMs = settings.idleTimeoutMs
    this.#statementTimeout = sendsTimeout ? undefined : `set statement_timeout = ${settings.queryTimeoutMs}`
    const { host, port } = dialer.server
    const options = {
      max: 1,
      // One, even where the URL has several: which it is, the dialer decides.
      host,
      port,
      socket: this.#socketFrom(dialer),
      connect_timeout: settings.connectTimeoutMs / 1000,
      // This class ends what is idle, when nothing can be asked of it any more; the driver ends what was given up before
      // it was ready.
      idle_timeout: (2 * settings.idleTimeoutMs) / 1000,
      max_lifetime: null,
      // Asking the server for its array types would cost the first query of a cold start a round trip.
      fetch_types: false,
      connection: {
        application_name: 'quartet',
        ...(sendsTimeout && { statement_timeout: settings.queryTimeoutMs }),
      },
      onnotice: () => {},
      // Of its types, too, this one is missing.
      onnotify: onNotify,
      onclose: () => this.abandon(),
    }
    this.#sql = postgres(settings.url, options)
  }

  get isOver(): boolean {
    return this.#isOver
  }

  run<T>(work: (sql: Sql) => Promise<T>): Promise<T> {
    clearTimeout(this.#idleTimer)
    const running = this.#run(work)
    this.#running = running
    return running
  }

  /** Waits for the next work, and ends when there is none for a while. */
  rest(): void {
    if (performance.now() - this.#madeAt > lifetimeMs) this.abandon()
    else this.#idleTimer = setTimeout(() => this.abandon(), this.#idleTimeoutMs)
  }

  /** Ends when what was asked of it is answered: the driver would wait for ever where that has failed (issue 1130). */
  async end(): Promise<void> {
    this.#retire()
    const patience = setTimeout(() => this.abandon(), closeTimeoutMs)
    await this.#running.catch(() => {})
    clearTimeout(patience)
    await this.#sql.end({ timeout: 0 })
  }

  /** Ends at once; what was asked of it fails. */
  abandon(): void {
    this.#retire()
    void this.#sql.end({ timeout: 0 })
  }

  async #run<T>(work: (sql: Sql) => Promise<T>): Promise<T> {
    if (this.#statementTimeout !== undefined) {
      await this.#sql.unsafe(this.#statementTimeout)
      this.#statementTimeout = undefined
    }
    return work(this.#sql)
  }

  #retire(): void {
    clearTimeout(this.#idleTimer)
    if (this.#isOver) return
    this.#isOver = true
    this.#onEnd(this)
  }

  /** An option that the driver has and its types have not: what it calls for each connection that it makes. */
  #socketFrom(dialer: Dialer): () => Promise<Socket> {
    let isDialed = false
    return async () => {
      if (isDialed) return failingSocket('The server hung up.')
      isDialed = true
      const socket = await dialer.dial()
      if (!this.#isOver) return socket
      socket.destroy()
      return failingSocket('Nobody waits for the connection any longer.')
    }
  }
}
