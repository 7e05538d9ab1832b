import { existsSync } from 'node:fs'
import { join } from 'node:path'

import { migrate } from '../functions/_runtime/migrations.ts'

const functionsFolder = join(import.meta.dirname, '..', 'functions')

/**
 * Runs the pending migrations of functions, each of which owns the schema of its name.
 * @returns what was run, such as configs/001_configs.sql
 */
export async function migrateFunctions(url: string, names: readonly string[]): Promise<string[]> {
  const ran: string[] = []
  for (const name of names) {
    const folder = join(functionsFolder, name, 'migrations')
    if (!existsSync(folder)) continue
    // One after the other: they take the same lock.
    // oxlint-disable-next-line no-await-in-loop
    for (const migration of await migrate(url, name, folder)) ran.push(`${name}/${migration}`)
  }
  return ran
}
