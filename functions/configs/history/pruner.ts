import type { Logger } from '../../_runtime/process/log.ts'
import type { Database } from '../../_runtime/postgres/postgres.ts'

export interface Retention {
  /** Days for which replaced versions and removed configs are kept. */
  readonly retentionDays: number
  /** Hours for which answers to an Idempotency-Key are kept. */
  readonly idempotencyHours: number
}

/** Few enough to take milliseconds. */
const batchRows = 200
const restMs = 60_000

/**
 * Deletes what was kept for long enough. The process that writes does it, after it has answered, a batch at a time: no
 * other is awake for certain. What grows by a row a write shrinks by up to `batchRows` a write.
 */
export class Pruner {
  readonly #database: Database
  readonly #retention: Retention
  readonly #log: Logger
  #nextAt = 0
  #running: Promise<void> | undefined

  constructor(database: Database, retention: Retention, log: Logger) {
    this.#database = database
    this.#retention = retention
    this.#log = log
  }

  /** Begins a batch, unless one is being deleted or there was nothing to delete a short while ago. */
  noteWrite(): void {
    if (this.#running || performance.now() < this.#nextAt) return
    this.#running = this.#prune().finally(() => {
      this.#running = undefined
    })
  }

  async close(): Promise<void> {
    await this.#running
  }

  async #prune(): Promise<void> {
    this.#nextAt = performance.now() + restMs
    try {
      // One connection of the pool is enough for it.
      const deleted = [await this.#deleteVersions(), await this.#deleteChanges(), await this.#deleteKeys()]
      if (deleted.includes(batchRows)) this.#nextAt = 0
    } catch (error) {
      // The write that it came after was answered; the next one tries again.
      this.#log.warn({ err: error }, 'what was kept for long enough could not be deleted')
    }
  }

  /** Rows that another process is deleting are its own; writes never wait, for they only ever add rows. */
  async #deleteVersions(): Promise<number> {
    const { count } = await this.#database.run(
      (sql) => sql`
        delete from configs.versions using (
          select name, version from configs.versions
          where replaced_at < now() - make_interval(days => ${this.#retention.retentionDays})
          order by replaced_at limit ${batchRows} for update skip locked
        ) as old
        where versions.name = old.name and versions.version = old.version`,
    )
    return count
  }

  /** Before the versions that they made. Who has not read them yet is told so by what is said of the last one. */
  async #deleteChanges(): Promise<number> {
    const [deleted] = await this.#database.run(
      (sql) => sql<{ count: number }[]>`
        with old as materialized (
          select version from (select version, changed_at from configs.changes order by version limit ${batchRows}) as first
          where changed_at < now() - make_interval(days => ${this.#retention.retentionDays})
        ), deleted as (
          delete from configs.changes using (
            select version from configs.changes join old using (version) for update of changes skip locked
          ) as free
          where changes.version = free.version
          returning transaction
        ), noted as (
          update configs.changes_pruned set through = greatest(through, latest.transaction)
          from (select transaction from deleted order by transaction desc limit 1) as latest
        )
        select count(*)::int as count from deleted`,
    )
    return deleted?.count ?? 0
  }

  async #deleteKeys(): Promise<number> {
    const { count } = await this.#database.run(
      (sql) => sql`
        delete from configs.idempotency_keys using (
          select key from configs.idempotency_keys
          where created_at < now() - make_interval(hours => ${this.#retention.idempotencyHours})
          order by created_at limit ${batchRows} for update skip locked
        ) as old
        where idempotency_keys.key = old.key`,
    )
    return count
  }
}
