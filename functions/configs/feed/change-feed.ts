import type { PendingQuery, Row, Sql } from 'postgres'

import type { Database } from '../../_runtime/postgres/postgres.ts'
import { beginning, type Position } from './feed-position.ts'

export interface FeedChange {
  readonly name: string
  /** Larger than that of any change of this name before. */
  readonly version: string
  readonly kind: 'created' | 'replaced' | 'removed'
  readonly changedAt: Date
  /** Who made it; null where nobody had to say who they are. */
  readonly actor: string | null
  /** In which it was made, as `storedTrace` reads it; null where it was made in none. */
  readonly trace: string | null
  /** From where on a reader who has this change reads. */
  readonly position: Position
}

export interface Batch {
  readonly changes: readonly FeedChange[]
  /** From where on to read. */
  readonly position: Position
  /** Whether there may be more already. */
  readonly hasMore: boolean
  /** Whether changes after the position were deleted before they were read: they were kept for long enough. */
  readonly hasGap: boolean
}

interface FeedRow {
  /** The snapshot of the query. */
  readonly now: string
  /** Whether what came after the position may have been deleted, or the position is none of this database. */
  readonly isGone: boolean
  /** Null where nothing is new. */
  readonly version: string | null
  readonly name: string
  readonly kind: FeedChange['kind']
  readonly changedAt: Date
  readonly actor: string | null
  readonly trace: string | null
}

/**
 * What changed, for those who follow. Nobody misses a change or is told of one twice, whatever the order in which those
 * who write commit; changes of one name come in their order, since those who change it wait for each other.
 */
export class ChangeFeed {
  readonly #database: Pick<Database, 'run'>

  constructor(database: Pick<Database, 'run'>) {
    this.#database = database
  }

  /** @returns the position after all changes there are */
  async now(): Promise<Position> {
    const [row] = await this.#database.run(
      (sql) => sql<{ snapshot: string }[]>`select pg_current_snapshot()::text as snapshot`,
    )
    return row ?? beginning
  }

  /**
   * Reads what changed.
   * @param after all that is kept is read where there is none, where more was deleted since, and where it is of another
   *   database
   * @param limit the most changes to answer
   */
  async read(after: Position | undefined, limit: number): Promise<Batch> {
    const from = after ?? beginning
    const rows = await this.#database.run(
      (sql) => sql<FeedRow[]>`
        select place.now::text as now, place.is_gone as "isGone", change.version, change.name, change.kind,
          change.changed_at as "changedAt", coalesce(config.actor, kept.actor) as actor, change.trace
        from (
          -- A database that was restored from elsewhere counts its transactions anew.
          select pg_current_snapshot() as now, through >= pg_snapshot_xmin(${from.snapshot}::text::pg_snapshot)
            or pg_snapshot_xmax(${from.snapshot}::text::pg_snapshot) > pg_snapshot_xmax(pg_current_snapshot()) as is_gone
          from configs.changes_pruned
        ) as place left join lateral (${newChanges(sql, from, limit)}) as change on true
          left join configs.configs as config on config.name = change.name and config.version = change.version
          left join configs.versions as kept on kept.name = change.name and kept.version = change.version
        order by change.version`,
    )
    const [place] = rows
    if (!place) return { changes: [], position: from, hasMore: false, hasGap: false }
    if (place.isGone && from.snapshot !== beginning.snapshot) {
      return { ...(await this.read(undefined, limit)), hasGap: true }
    }
    return batchOf(rows, from, from.batch?.snapshot ?? place.now, limit)
  }
}

/** One change more than asked for: then there are more. */
function newChanges(sql: Sql, { snapshot, batch }: Position, limit: number): PendingQuery<Row[]> {
  const seen = sql`${snapshot}::text::pg_snapshot`
  const until = batch ? sql`${batch.snapshot}::text::pg_snapshot` : sql`pg_current_snapshot()`
  if (batch && batch.version !== '0') {
    return sql`
      select * from configs.changes
      where version > ${batch.version}::bigint and not pg_visible_in_snapshot(transaction, ${seen})
        and pg_visible_in_snapshot(transaction, ${until})
      order by version limit ${limit + 1}`
  }
  if (snapshot === beginning.snapshot) {
    // All there is is new: it is in order by version already.
    return sql`
      select * from configs.changes where pg_visible_in_snapshot(transaction, ${until})
      order by version limit ${limit + 1}`
  }
  // What a snapshot does not see is what began after it, and what was running then: of both the index has few, whatever is
  // kept, and however long anybody's transaction is. The sum keeps the planner from walking all that is kept in its order.
  // The numbers are taken from the snapshot here, for the planner to know them.
  const [, next = '', running = ''] = snapshot.split(':')
  return sql`
    select * from configs.changes
    where (transaction >= ${next}::text::xid8 or transaction = any(${`{${running}}`}::text::xid8[]))
      and pg_visible_in_snapshot(transaction, ${until})
    order by version + 0 limit ${limit + 1}`
}

/** @param through the snapshot that sees all of the batch */
function batchOf(rows: readonly FeedRow[], { snapshot, batch }: Position, through: string, limit: number): Batch {
  const changes = rows.slice(0, limit).flatMap(({ version, name, kind, changedAt, actor, trace }): FeedChange[] => {
    if (version === null) return []
    return [
      { name, version, kind, changedAt, actor, trace, position: { snapshot, batch: { snapshot: through, version } } },
    ]
  })
  const hasRest = rows.length > limit
  const position = hasRest ? changes.at(-1)?.position : undefined
  return {
    changes,
    position: position ?? { snapshot: through },
    hasMore: hasRest || batch !== undefined,
    hasGap: false,
  }
}
