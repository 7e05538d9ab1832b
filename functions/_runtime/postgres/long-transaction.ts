import type { Sql } from 'postgres'

import type { DatabaseSettings } from '../settings/database-settings.ts'
import { Dialer } from './dialer.ts'
import { asProblem } from './failure.ts'
import { Session } from './session.ts'
import { serviceUnavailable } from '../reply/problem.ts'
import { tracedWork } from './traced-sql.ts'
import type { Tracer } from '../tracing/tracer.ts'

interface TransactionShape {
  /** Time for all of it. */
  readonly timeoutMs: number
  /** Such as `isolation level repeatable read read only`. */
  readonly characteristics: string
}

const retryAfterSeconds = 5

/**
 * A transaction in a session of its own, beside the pool, whose queries are short. The server ends it when this process
 * is silent for as long as it may take, and a second after the process is gone, also in the middle of a query.
 */
export class LongTransaction {
  readonly #session: Session
  readonly #shape: TransactionShape
  readonly #tracer: Tracer | undefined
  readonly #timer: NodeJS.Timeout
  #begun: Promise<unknown> | undefined
  #isTooLate = false

  constructor(settings: DatabaseSettings, shape: TransactionShape, tracer?: Tracer) {
    const { timeoutMs } = shape
    const patient = { ...settings, queryTimeoutMs: timeoutMs, idleTimeoutMs: timeoutMs }
    const dialer = new Dialer(settings.url, settings.connectTimeoutMs)
    this.#shape = shape
    this.#tracer = tracer
    this.#session = new Session(patient, dialer, { sendsTimeout: false, onEnd: () => {} })
    // Whoever asks may not come back to hear of it: an export whose reader has stopped is not even resumed.
    this.#timer = setTimeout(() => {
      this.#isTooLate = true
      this.#session.abandon()
    }, timeoutMs)
  }

  /** @throws Problem 503 when the database is away, not migrated, or the time is over */
  async ask<T>(question: (sql: Sql) => Promise<T>): Promise<T> {
    try {
      this.#begun ??= this.#session.run((sql) => begin(sql, this.#shape))
      await this.#begun
      return await this.#session.run(this.#tracer ? tracedWork(this.#tracer, question) : question)
    } catch (error) {
      const { timeoutMs } = this.#shape
      if (!this.#isTooLate) throw asProblem(error, timeoutMs)
      throw serviceUnavailable(`It was not done within ${timeoutMs} ms, its limit.`, retryAfterSeconds, error)
    }
  }

  /** Makes what was asked for last; where this throws, it may have been made all the same. */
  async commit(): Promise<void> {
    await this.ask((sql) => sql`commit`)
  }

  /** Gives the session back at once; what was not committed is not made. */
  end(): void {
    clearTimeout(this.#timer)
    this.#session.abandon()
  }
}

async function begin(sql: Sql, { timeoutMs, characteristics }: TransactionShape): Promise<void> {
  await sql.unsafe(`begin ${characteristics}`)
  await sql`
    select set_config('application_name', 'quartet bulk', true),
      set_config('idle_in_transaction_session_timeout', ${String(timeoutMs)}, true),
      set_config('client_connection_check_interval', '1s', true)`
}
