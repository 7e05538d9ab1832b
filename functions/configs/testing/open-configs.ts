import { join } from 'node:path'

import type { FunctionInstance } from '../../_runtime/function/instance.ts'
import { callerOf, instanceOf, type Call } from '../../_runtime/testing/call.ts'
import { migratedDatabase } from '../../_runtime/testing/database.ts'
import { configs } from '../index.ts'

/** The function on a database of its own. */
export interface OpenConfigs {
  readonly instance: FunctionInstance
  readonly databaseUrl: string
  readonly call: Call
  /** Stores a config under a name. */
  put(name: string, metadata: unknown): Promise<void>
  close(): Promise<void>
}

export const migrations = join(import.meta.dirname, '..', 'migrations')

/**
 * @param settings of the database, without its url
 * @param own settings of the function
 */
export async function openConfigs(
  settings: Readonly<Record<string, unknown>> = {},
  own: Readonly<Record<string, unknown>> = {},
): Promise<OpenConfigs> {
  const database = await migratedDatabase('configs', migrations)
  const instance = instanceOf(configs, { ...own, database: { ...settings, url: database.url } })
  const call = callerOf(instance)
  return {
    instance,
    databaseUrl: database.url,
    call,
    async put(name, metadata) {
      const { status } = await call('POST /configs', { body: { name, metadata } })
      if (status === 409) await call(`PUT /configs/${name}`, { body: { name, metadata } })
    },
    async close() {
      await instance.close()
      await database.drop()
    },
  }
}
