import type { Sql } from 'postgres'

import { Share, type Database } from '../../_runtime/postgres/postgres.ts'

/** A statement that changes configs, and sets `lock_timeout` for itself before it waits for anybody. */
type Statement<T> = (sql: Sql, lockTimeout: string) => Promise<T>

/** Who has a lock for longer is not writing, but in a long transaction. */
const lockTimeout = '50ms'
const noTimeout = '0'
/** lock_not_available: https://www.postgresql.org/docs/current/errcodes-appendix.html */
const lockedCode = '55P03'

/**
 * Runs what changes configs. Each change that waits for somebody's long transaction, such as an import, keeps a session
 * of the pool: so one of them waits there at a time, and all changes leave a session to those who read.
 */
export class WriteLanes {
  readonly #database: Database
  readonly #quick: Share
  readonly #patient = new Share(1)

  /** @param poolSize sessions of the database */
  constructor(database: Database, poolSize: number) {
    this.#database = database
    this.#quick = new Share(Math.max(1, poolSize - 2))
  }

  /** @throws what PostgreSQL says where somebody else has a lock for long */
  async quickly<T>(statement: Statement<T>, askedAt: number): Promise<T> {
    return this.#database.run((sql) => statement(sql, lockTimeout), { askedAt, share: this.#quick })
  }

  /** Runs a statement that waits for locks until its time is over. */
  async patiently<T>(statement: Statement<T>, askedAt = performance.now()): Promise<T> {
    try {
      return await this.quickly(statement, askedAt)
    } catch (error) {
      if (!isLocked(error)) throw error
    }
    return this.#database.run((sql) => statement(sql, noTimeout), { askedAt, share: this.#patient })
  }
}

function isLocked(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === lockedCode
}
