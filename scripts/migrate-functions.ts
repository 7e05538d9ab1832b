import { existsSync } from 'node:fs'
import { join } from 'node:path'

import { migrate } from '../functions/_runtime/postgres/migrations.ts'
import { reasonOf } from './reason.ts'

const functionsFolder = join(import.meta.dirname, '..', 'functions')

/**
 * Runs the pending migrations of functions, each of which owns the schema of its name.
 * @param urls the functions' databases, by the functions' names
 * @returns what was run, such as configs/001_configs.sql
 * @throws Error that says why, without the address
 */
export async function migrateFunctions(urls: ReadonlyMap<string, string>): Promise<string[]> {
  const ran: string[] = []
  for (const [name, url] of urls) {
    if (!hasMigrations(name)) continue
    try {
      // One after the other: they take the same lock.
      for (const migration of await migrate(url, name, migrationsFolder(name))) ran.push(`${name}/${migration}`)
    } catch (error) {
      throw new Error(`The database of ${name} was not migrated: ${reasonOf(error)}`, { cause: error })
    }
  }
  return ran
}

export function hasMigrations(name: string): boolean {
  return existsSync(migrationsFolder(name))
}

function migrationsFolder(name: string): string {
  return join(functionsFolder, name, 'migrations')
}
