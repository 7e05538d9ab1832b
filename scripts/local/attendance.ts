import postgres, { type Sql } from 'postgres'

// Any number will do, so long as every process takes the same: "in use" in ASCII.
const lockKey = '115921711887205'

/**
 * The use that one process makes of a server which others may use too: a lock that they share, and that the server
 * gives back when the process ends, however it ends.
 */
export class Attendance {
  readonly #sql: Sql

  private constructor(sql: Sql) {
    this.#sql = sql
  }

  /** @throws the driver's error when the server cannot be used, or is about to end */
  static async begin(url: string): Promise<Attendance> {
    // A lock is as old as its session: one connection, for as long as it takes.
    const sql = postgres(url, {
      max: 1,
      max_lifetime: null,
      connect_timeout: 10,
      fetch_types: false,
      onnotice: () => {},
    })
    try {
      await sql`select pg_advisory_lock_shared(${lockKey}::bigint)`
      return new Attendance(sql)
    } catch (error) {
      await sql.end({ timeout: 0 })
      throw error
    }
  }

  /**
   * Ends the use of the server.
   * @param whenLast is called when nobody else uses it; who wants to use it meanwhile has to wait for the end of that
   */
  async end(whenLast: () => Promise<void>): Promise<void> {
    try {
      if (await this.#isLast()) await whenLast()
    } finally {
      await this.#sql.end({ timeout: 0 })
    }
  }

  async #isLast(): Promise<boolean> {
    try {
      await this.#sql`select pg_advisory_unlock_shared(${lockKey}::bigint)`
      const [row] = await this.#sql<{ isLast: boolean }[]>`
        select pg_try_advisory_lock(${lockKey}::bigint) as "isLast"`
      return row?.isLast === true
    } catch {
      // The server is gone, and with it everybody who used it.
      return true
    }
  }
}
