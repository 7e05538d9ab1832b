import postgres, { type Sql } from 'postgres'
import * as z from 'zod/mini'

import { Problem, serviceUnavailable } from './problem.ts'
import { secrets } from './settings.ts'

const positive = z.int().check(z.gte(1))

// Missing is wrong in the same words: where to set it is what the finding says.
const PostgresUrl = z
  .string()
  .check(z.refine(isPostgresUrl, 'Expected postgres://user:password@host:port/database, special characters as %40'))
PostgresUrl.register(secrets, { secret: true })

export const DatabaseSettings = z.strictObject({
  /** postgres://user:password@host:port/database */
  url: z.prefault(PostgresUrl, ''),
  /** Connections of one process. Times `scale.max`, they must fit the server. */
  poolSize: z._default(positive, 5),
  /** The server's max_connections; `quartet parse` checks that the pools of all pods fit into it. */
  serverConnections: z._default(positive, 100),
  /** Time for a connection to be made. */
  connectTimeoutMs: z._default(positive, 2000),
  /** Time for a query, its wait for a connection included. */
  queryTimeoutMs: z._default(positive, 5000),
  /** Time after which an unused connection is given back. */
  idleTimeoutMs: z._default(positive, 30_000),
})
export type DatabaseSettings = z.output<typeof DatabaseSettings>

/** The driver takes several hosts, the parser of URLs one. */
function isPostgresUrl(url: string): boolean {
  return /^postgres(ql)?:\/\/./.test(url) && URL.canParse(url.replace(/^(\w+:\/\/(?:[^@/?]*@)?[^,/?]*),[^/?]*/, '$1'))
}

const retryAfterSeconds = 2
const closeTimeoutSeconds = 5
/** Time for the server's own end of a query to arrive here. */
const silenceGraceMs = 1000

interface Pool {
  readonly sql: Sql
  /** Works that have a connection, or are being given one. */
  running: number
}

/** A pool of connections, made when the first query needs one, whose every query has a deadline. */
export class Database {
  readonly #settings: DatabaseSettings
  /** Starts of the works that wait for a connection, the first to come first. */
  readonly #waiting = new Set<() => void>()
  #pool: Pool
  /** Pools that were given up, on their way to be closed. */
  #retired: Promise<unknown> = Promise.resolve()

  constructor(settings: DatabaseSettings) {
    this.#settings = settings
    this.#pool = poolOf(settings)
  }

  /**
   * Runs queries that need one connection: a statement, or a transaction.
   * @throws Problem 503 when the database is away, too slow, or not migrated
   */
  async run<T>(work: (sql: Sql) => Promise<T>): Promise<T> {
    const { queryTimeoutMs } = this.#settings
    const answer = Promise.withResolvers<T>()
    const start = (): void => void this.#start(work).then(answer.resolve, answer.reject)
    const timer = setTimeout(() => {
      // Nobody waits for it any longer: a server that is slow already is not asked.
      this.#waiting.delete(start)
      answer.reject(tooSlow(queryTimeoutMs))
    }, queryTimeoutMs)
    this.#waiting.add(start)
    this.#startWaiting()
    try {
      return await answer.promise
    } catch (error) {
      throw asProblem(error, queryTimeoutMs)
    } finally {
      clearTimeout(timer)
    }
  }

  async ping(): Promise<void> {
    await this.run((sql) => sql`select 1`)
  }

  async close(): Promise<void> {
    await Promise.all([this.#pool.sql.end({ timeout: closeTimeoutSeconds }), this.#retired])
  }

  /** The driver would send a query behind another on a busy connection, where the other's slowness would be its own. */
  #startWaiting(): void {
    for (const start of this.#waiting) {
      if (this.#pool.running >= this.#settings.poolSize) return
      this.#waiting.delete(start)
      start()
    }
  }

  async #start<T>(work: (sql: Sql) => Promise<T>): Promise<T> {
    const pool = this.#pool
    const { connectTimeoutMs, queryTimeoutMs } = this.#settings
    pool.running += 1
    const silence = setTimeout(() => this.#giveUp(pool), connectTimeoutMs + queryTimeoutMs + silenceGraceMs)
    try {
      return await work(pool.sql)
    } finally {
      clearTimeout(silence)
      pool.running -= 1
      this.#startWaiting()
    }
  }

  /**
   * Takes new connections for the queries to come. The server ends a query of its own accord (statement_timeout), so
   * one of which nothing was heard long after is on a connection that leads nowhere, which the system would notice
   * after a quarter of an hour. Queries that are being answered keep their connections. A query that is only slow must
   * not come here: a slow database would get a second pool beside the first.
   */
  #giveUp(pool: Pool): void {
    if (pool !== this.#pool) return
    this.#pool = poolOf(this.#settings)
    const timeout = this.#settings.queryTimeoutMs / 1000
    this.#retired = Promise.all([this.#retired, pool.sql.end({ timeout })])
    this.#startWaiting()
  }
}

function poolOf(settings: DatabaseSettings): Pool {
  return { sql: connectionsOf(settings), running: 0 }
}

function connectionsOf(settings: DatabaseSettings): Sql {
  return postgres(settings.url, {
    max: settings.poolSize,
    connect_timeout: settings.connectTimeoutMs / 1000,
    idle_timeout: settings.idleTimeoutMs / 1000,
    // Asking the server for its array types would cost the first query of a cold start a round trip.
    fetch_types: false,
    connection: { application_name: 'quartet', statement_timeout: settings.queryTimeoutMs },
    onnotice: () => {},
    // A name that does not answer is tried again at once for a caller who still waits, and no longer than that.
    backoff: false,
  })
}

function tooSlow(timeoutMs: number, cause?: unknown): Problem {
  return serviceUnavailable(`The database did not answer within ${timeoutMs} ms.`, retryAfterSeconds, cause)
}

// SQLSTATE: https://www.postgresql.org/docs/current/errcodes-appendix.html
/** There is no such table, schema or column: this code is newer than what `quartet migrate` last ran. */
const notMigrated = new Set(['42P01', '3F000', '42703'])
const canceled = '57014'
/** The server, not the query, is the trouble; 25006 is one that has become a replica. */
const unavailable = /^(08|53|57|58|25006)/
/** The server does not know the user, the password or the database. */
const refused = /^(28|3D)/
/** Codes of the driver and of the system. */
const unreachable = /^(CONNECT|E(CONN|HOST|NET|PIPE|TIMEDOUT|AI_AGAIN|NOTFOUND|NOENT))/

function asProblem(error: unknown, queryTimeoutMs: number): unknown {
  if (error instanceof Problem || !(error instanceof Error)) return error
  const code = 'code' in error ? String(error.code) : ''
  if (code === canceled) return tooSlow(queryTimeoutMs, error)
  const detail = detailOf(code)
  return detail === undefined ? error : serviceUnavailable(detail, retryAfterSeconds, error)
}

function detailOf(code: string): string | undefined {
  if (notMigrated.has(code)) return 'The database has not been migrated. Run `quartet migrate`.'
  if (refused.test(code)) return 'The database refuses the connection; the log says why.'
  if (unavailable.test(code) || unreachable.test(code)) return 'The database cannot be reached now.'
  return undefined
}
