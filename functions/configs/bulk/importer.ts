import type { Sql } from 'postgres'

import type { LongTransaction } from '../../_runtime/postgres/long-transaction.ts'
import { clientClosedRequest, conflict, serviceUnavailable } from '../../_runtime/reply/problem.ts'
import type { Actor } from '../store/store.ts'
import { flawedFile, type FileConfig } from './config-file.ts'
import { Staging, type ImportCounts } from './staging.ts'

export interface ImportPlan {
  /** What becomes of names that are stored already, and of those that are stored and not in the file. */
  readonly mode: 'upsert' | 'create' | 'mirror'
  /** How the names begin that the file is about; the empty text where it is about all. */
  readonly prefix: string
  /** Whether nothing is changed, and only said what would be. */
  readonly isDryRun: boolean
  readonly actor: Actor
}

/** Others that want the same rows get ahead of an import only so often. */
const mostAttempts = 5
const lockTimeout = '3s'

/** Others got ahead: what was done is undone, and done again. */
class Overtaken extends Error {}

/** Brings the configs of a file into the store, all or none. */
export class Importer {
  readonly #transaction: LongTransaction
  readonly #plan: ImportPlan
  #isBegun = false

  constructor(transaction: LongTransaction, plan: ImportPlan) {
    this.#transaction = transaction
    this.#plan = plan
  }

  async add(configs: readonly FileConfig[]): Promise<void> {
    await this.#begin()
    await this.#ask((staging) => staging.add(configs))
  }

  /**
   * Looks at what was added as a whole, and stores it.
   * @param isAbandoned whether nobody waits for it any longer
   * @throws Problem 400 when a name stands twice; 409 when one is taken and must not be; 503 when others are in the way
   */
  async finish(isAbandoned: () => boolean): Promise<ImportCounts> {
    await this.#begin()
    const { mode, prefix, isDryRun } = this.#plan
    await this.#ask((staging) => staging.index())
    const flaws = await this.#ask(async (staging) => {
      return [...(await staging.repeated()), ...(prefix === '' ? [] : await staging.outside(prefix))]
    })
    if (flaws.length > 0) throw flawedFile(flaws)
    if (isDryRun) {
      if (mode === 'create') await this.#refuseTaken()
      return this.#ask(async (staging) => {
        return { ...(await staging.compared()), removed: mode === 'mirror' ? await staging.missing(prefix) : 0 }
      })
    }
    const counts = await this.#store(isAbandoned)
    await this.#transaction.commit()
    return counts
  }

  async #begin(): Promise<void> {
    if (this.#isBegun) return
    this.#isBegun = true
    await this.#transaction.ask((sql) => sql`select set_config('configs.actor', ${this.#plan.actor ?? ''}, true)`)
    await this.#ask((staging) => staging.create())
  }

  async #store(isAbandoned: () => boolean): Promise<ImportCounts> {
    await this.#lock()
    for (let attempt = 1; ; attempt += 1) {
      if (this.#plan.mode === 'create') await this.#refuseTaken()
      try {
        await this.#transaction.ask((sql) => sql`savepoint attempt`)
        return await this.#transaction.ask((sql) => storeAll(sql, this.#plan, isAbandoned))
      } catch (error) {
        if (!isOvertaken(error)) throw error
        await this.#transaction.ask((sql) => sql`rollback to savepoint attempt`)
        if (attempt === mostAttempts) {
          throw serviceUnavailable('Others change the same configs all the time; nothing was changed.', 1, error)
        }
      }
    }
  }

  /**
   * Imports come one after another. One that removes what it does not have has the table for itself, so that nothing
   * comes in between what it has seen and what it removes; the others lock the configs that they change, by name.
   */
  async #lock(): Promise<void> {
    await this.#transaction.ask((sql) => sql`select pg_advisory_xact_lock(hashtext('configs'), hashtext('import'))`)
    if (this.#plan.mode !== 'mirror') return
    try {
      await this.#transaction.ask(async (sql) => {
        // While it is waited for, all writers wait behind it.
        await sql`select set_config('lock_timeout', ${lockTimeout}, true)`
        await sql`lock table configs.configs in share row exclusive mode`
        await sql`select set_config('lock_timeout', '0', true)`
      })
    } catch (error) {
      if (codeOf(error) !== '55P03') throw error
      throw serviceUnavailable('Somebody else is changing configs for long; nothing was changed.', 5, error)
    }
  }

  async #refuseTaken(): Promise<void> {
    const taken = await this.#ask((staging) => staging.taken())
    if (taken.length > 0)
      throw conflict('Names of the file are taken, and nothing was changed; errors says which.', taken)
  }

  #ask<T>(question: (staging: Staging) => Promise<T>): Promise<T> {
    return this.#transaction.ask((sql) => question(new Staging(sql)))
  }
}

async function storeAll(sql: Sql, { mode, prefix }: ImportPlan, isAbandoned: () => boolean): Promise<ImportCounts> {
  const staging = new Staging(sql)
  const counts = { created: 0, replaced: 0, unchanged: 0, removed: 0 }
  let after = ''
  for (;;) {
    if (isAbandoned()) throw clientClosedRequest()
    const batch = await staging.store(after, mode !== 'create')
    if (!batch) break
    const { last, names, created, replaced } = batch
    if (mode === 'create' && created < names) throw new Overtaken()
    if (created > 0 && (await staging.isOvertaken(after, last))) throw new Overtaken()
    counts.created += created
    counts.replaced += replaced
    counts.unchanged += names - created - replaced
    after = last
  }
  if (mode !== 'mirror') return counts
  for (;;) {
    if (isAbandoned()) throw clientClosedRequest()
    const removed = await staging.remove(prefix)
    if (removed === 0) return counts
    counts.removed += removed
  }
}

/** Also where the server chose this transaction to end a deadlock, or a conflict of serializable ones. */
function isOvertaken(error: unknown): boolean {
  return error instanceof Overtaken || ['40P01', '40001'].includes(codeOf(error))
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : ''
}
