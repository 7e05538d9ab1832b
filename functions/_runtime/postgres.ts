import postgres, { type Sql } from 'postgres'
import * as z from 'zod/mini'

import { Problem, serviceUnavailable } from './problem.ts'
import { secrets } from './settings.ts'

const positive = z.int().check(z.gte(1))

// Missing is wrong in the same words: where to set it is what the finding says.
const PostgresUrl = z.string().check(z.regex(/^postgres(ql)?:\/\/./, 'Expected postgres://user:password@host:port/database'))
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

const retryAfterSeconds = 2

/** A pool of connections, made when the first query needs one, whose every query has a deadline. */
export class Database {
  readonly #sql: Sql
  readonly #queryTimeoutMs: number

  constructor(settings: DatabaseSettings) {
    this.#queryTimeoutMs = settings.queryTimeoutMs
    this.#sql = postgres(settings.url, {
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

  /**
   * Runs queries.
   * @throws Problem 503 when the database is away, too slow, or not migrated
   */
  async run<T>(work: (sql: Sql) => Promise<T>): Promise<T> {
    const deadline = Promise.withResolvers<never>()
    const timer = setTimeout(() => deadline.reject(tooSlow(this.#queryTimeoutMs)), this.#queryTimeoutMs)
    try {
      return await Promise.race([work(this.#sql), deadline.promise])
    } catch (error) {
      throw asProblem(error)
    } finally {
      clearTimeout(timer)
    }
  }

  async ping(): Promise<void> {
    await this.run((sql) => sql`select 1`)
  }

  async close(): Promise<void> {
    await this.#sql.end({ timeout: 5 })
  }
}

function tooSlow(timeoutMs: number): Problem {
  return serviceUnavailable(`The database did not answer within ${timeoutMs} ms.`, retryAfterSeconds)
}

/** Classes of SQLSTATE that say the server, not the query, is the trouble: https://www.postgresql.org/docs/current/errcodes-appendix.html */
const unavailableStates = /^(08|53|57|58)/
const unavailableCodes = /^(CONNECT|E(CONN|HOST|NET|PIPE|TIMEDOUT|AI_AGAIN|NOTFOUND|NOENT))/

function asProblem(error: unknown): unknown {
  if (error instanceof Problem || !(error instanceof Error)) return error
  const code = 'code' in error ? String(error.code) : ''
  if (code === '42P01' || code === '3F000') {
    return serviceUnavailable('The database has not been migrated. Run `quartet migrate`.', retryAfterSeconds, error)
  }
  if (unavailableStates.test(code) || unavailableCodes.test(code)) {
    return serviceUnavailable('The database cannot be reached now.', retryAfterSeconds, error)
  }
  return error
}
