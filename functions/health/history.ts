import type { DatabaseSettings } from '../_runtime/settings/database-settings.ts'
import { Database } from '../_runtime/postgres/postgres.ts'
import type { Tracer } from '../_runtime/tracing/tracer.ts'
import type { Change, FleetHealth, FunctionHealth } from './schema.ts'

/** Few enough to take milliseconds. */
const batchRows = 200

interface Wanted {
  /** Of one function only. */
  readonly function: string | undefined
  /** The most changes. */
  readonly limit: number
}

interface Row {
  readonly function: string
  readonly state: Change['state']
  readonly reason: string | null
  readonly revision: string | null
  readonly seenAt: Date
}

/** The changes of state that were seen, in PostgreSQL. */
export class History {
  readonly #database: Database
  readonly #days: number
  /** What this process knows to be kept, by function: asked again and again, it has nothing to write. */
  readonly #kept = new Map<string, string>()

  constructor(settings: DatabaseSettings, days: number, tracer?: Tracer) {
    this.#database = new Database(settings, tracer)
    this.#days = days
  }

  /**
   * Keeps what has changed since somebody looked last, in this process or another. Several at once wait for each other,
   * so one change is kept once.
   * @throws Problem 503
   */
  async note({ functions, seenAt }: Pick<FleetHealth, 'functions' | 'seenAt'>): Promise<void> {
    const changed = Object.entries(functions).filter(([name, health]) => this.#kept.get(name) !== stampOf(health))
    if (changed.length === 0) return
    const rows = changed.map(([name, { state, reason, revision }]) => ({ function: name, state, reason, revision }))
    await this.#database.transaction(async (sql) => {
      await sql`select pg_advisory_xact_lock(hashtextextended('health.changes', 0))`
      await sql`
        with seen as (
          select * from json_to_recordset(${JSON.stringify(rows)}::text::json)
            as seen(function text, state text, reason text, revision text)
        ), deleted as (
          delete from health.changes where id in (
            select id from health.changes where seen_at < now() - make_interval(days => ${this.#days})
            order by seen_at limit ${batchRows}
          )
        )
        insert into health.changes (function, state, reason, revision, seen_at)
        select seen.function, seen.state, seen.reason, seen.revision, ${seenAt} from seen
        left join lateral (
          select state, revision from health.changes where function = seen.function order by id desc limit 1
        ) as last on true
        where last.state is distinct from seen.state or last.revision is distinct from seen.revision`
    })
    for (const [name, health] of changed) this.#kept.set(name, stampOf(health))
  }

  /**
   * Lists changes, the latest first.
   * @throws Problem 503
   */
  async list({ function: name, limit }: Wanted): Promise<Change[]> {
    const rows = await this.#database.run(
      (sql) => sql<Row[]>`
        select function, state, reason, revision, seen_at as "seenAt" from health.changes
        where ${name ?? null}::text is null or function = ${name ?? null}
        order by id desc limit ${limit}`,
    )
    return rows.map(changeOf)
  }

  close(): Promise<void> {
    return this.#database.close()
  }
}

function changeOf({ function: name, state, reason, revision, seenAt }: Row): Change {
  return {
    function: name,
    state,
    ...(reason !== null && { reason }),
    ...(revision !== null && { revision }),
    seenAt: seenAt.toISOString(),
  }
}

function stampOf({ state, revision = '' }: FunctionHealth): string {
  return `${state} ${revision}`
}
