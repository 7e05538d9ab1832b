import type { Database } from '../../_runtime/postgres/postgres.ts'
import type { Change } from './event.ts'
import { recordsOf, type Refusal } from './outbox-place.ts'

/** The events that were put aside, so that others could go on. */
export class Undelivered {
  readonly #database: Pick<Database, 'run'>

  constructor(database: Pick<Database, 'run'>) {
    this.#database = database
  }

  async count(): Promise<number> {
    const [row] = await this.#database.run(
      (sql) => sql<{ count: number }[]>`select count(*)::int as count from configs.undelivered`,
    )
    return row?.count ?? 0
  }

  /** @returns what was changed after a version, the first change first */
  async list(after: string, limit: number): Promise<Change[]> {
    return this.#database.run(
      (sql) => sql<Change[]>`
        select version, name, kind, changed_at as "changedAt" from configs.undelivered
        where version > ${after}::bigint order by version limit ${limit}`,
    )
  }

  /** Forgets what was taken, and notes what was refused again. */
  async settle(taken: readonly string[], refused: readonly Refusal[]): Promise<void> {
    await this.#database.run(
      (sql) => sql`
        with taken as (
          delete from configs.undelivered where version = any(${`{${taken.join(',')}}`}::text::bigint[])
        )
        update configs.undelivered
        set reason = refusal.reason, tries = undelivered.tries + refusal.tries, refused_at = now()
        from json_to_recordset(${recordsOf(refused)}::text::json) as refusal (version bigint, reason text, tries int)
        where undelivered.version = refusal.version`,
    )
  }
}
