import type { Database } from '../../_runtime/postgres/postgres.ts'
import { positionIn, positionText, type Position } from '../feed/feed-position.ts'
import type { Change } from './event.ts'

/** An event that was put aside. */
export interface Refusal {
  readonly change: Change
  readonly reason: string
  /** How often it was sent. */
  readonly tries: number
}

/** Up to where events were sent. */
export interface Place {
  /** As it is stored. */
  readonly text: string
  readonly position: Position
  /** Whether it was not moved for a day. */
  readonly isOld: boolean
}

interface PlaceRow {
  readonly text: string
  readonly isOld: boolean
}

/** Where the sending of events is, for all processes; one of them sends. */
export class OutboxPlace {
  readonly #database: Pick<Database, 'run'>

  /** @param database with one connection, which the lock is on */
  constructor(database: Pick<Database, 'run'>) {
    this.#database = database
  }

  /**
   * Takes the place for this process, until it leaves it or its connection ends. It can be taken again by who has it.
   * @returns false when another process has it
   */
  async take(): Promise<boolean> {
    const [row] = await this.#database.run(
      // What dies without closing its connections, as a node does, is noticed in half a minute.
      (sql) => sql<{ isTaken: boolean }[]>`
        select pg_try_advisory_lock(hashtext('configs'), hashtext('outbox')) as "isTaken",
          set_config('tcp_keepalives_idle', '10', false), set_config('tcp_keepalives_interval', '5', false),
          set_config('tcp_keepalives_count', '4', false)`,
    )
    return row?.isTaken ?? false
  }

  async leave(): Promise<void> {
    await this.#database.run((sql) => sql`select pg_advisory_unlock_all()`)
  }

  /** @returns undefined where events were never sent */
  async read(): Promise<Place | undefined> {
    const [row] = await this.#database.run(
      (sql) => sql<PlaceRow[]>`
        select position as text, moved_at < now() - interval '1 day' as "isOld" from configs.outbox`,
    )
    return row && placeOf(row)
  }

  /**
   * Begins, unless it was begun.
   * @param since of performance.now(): changes since then are to be sent
   */
  async begin(since: number): Promise<void> {
    const [row] = await this.#database.run(
      // The snapshot before the first change since then, and before all that is being changed now.
      (sql) => sql<{ first: string }[]>`
        select least(pg_snapshot_xmin(pg_current_snapshot()), (
          select transaction from configs.changes
          where changed_at >= statement_timestamp() - make_interval(secs => ${ageSeconds(since)}::float8)
          order by transaction limit 1
        ))::text as first`,
    )
    if (!row) return
    const text = positionText({ snapshot: `${row.first}:${row.first}:` })
    await this.#database.run(
      (sql) => sql`insert into configs.outbox (position) values (${text}) on conflict do nothing`,
    )
  }

  /**
   * Moves on, and keeps what was put aside on the way; both or none.
   * @returns false when another process has moved on meanwhile
   */
  async move(from: Place, to: Position, refusals: readonly Refusal[]): Promise<boolean> {
    const rows = await this.#database.run(
      (sql) => sql`
        with moved as (
          update configs.outbox set position = ${positionText(to)}, moved_at = now() where position = ${from.text}
          returning true
        ), refused as (
          insert into configs.undelivered (version, name, kind, changed_at, reason, tries)
          select version, name, kind, changed_at, reason, tries
          from moved, json_to_recordset(${recordsOf(refusals)}::text::json) as refusal (
            version bigint, name text, kind text, changed_at timestamptz, reason text, tries int
          )
          on conflict (version) do update
          set reason = excluded.reason, tries = undelivered.tries + excluded.tries, refused_at = now()
        )
        select from moved`,
    )
    return rows.length > 0
  }
}

/** A little more than the age: the server reads its clock a while after this. */
function ageSeconds(since: number): number {
  return (performance.now() - since) / 1000 + 1
}

/** What recordsOf() writes is read by `json_to_recordset` as rows of configs.undelivered. */
export function recordsOf(refusals: readonly Refusal[]): string {
  return JSON.stringify(
    refusals.map(({ change: { version, name, kind, changedAt }, reason, tries }) => {
      return { version, name, kind, changed_at: changedAt, reason, tries }
    }),
  )
}

function placeOf({ text, isOld }: PlaceRow): Place {
  const position = positionIn(text)
  if (!position) throw new Error(`configs.outbox has a position that is none: ${text}`)
  return { text, position, isOld }
}
