import type { PendingQuery, Row, Sql } from 'postgres'

import type { Actor } from './store.ts'

/** What is said of changes besides what they are. */
export interface Said {
  readonly actor: Actor
  /** As `tracesOf` makes it. */
  readonly traces: string | undefined
}

/**
 * Tells the triggers, and the default of the column, who makes the change, and for how long it waits for those who have
 * locks: for this transaction, which is one statement.
 */
export function saying(sql: Sql, { actor, traces }: Said, lockTimeout: string): PendingQuery<Row[]> {
  const inTraces = traces === undefined ? sql`` : sql`, set_config('configs.traces', ${traces}, true)`
  return sql`
    set_config('configs.actor', ${actor ?? ''}, true), set_config('lock_timeout', ${lockTimeout}, true) ${inTraces}`
}
