import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

import postgres from 'postgres'

import { migrate } from '../functions/_runtime/postgres/migrations.ts'
import { reasonOf } from './reason.ts'

interface Options {
  /** Where the functions are, each with its migrations. */
  readonly folder?: string
  /** Whether to make the role of each function that has one, with what it may do. */
  readonly roles?: boolean
}

const functionsFolder = join(import.meta.dirname, '..', 'functions')

/**
 * Runs the pending migrations of functions, each of which owns the schema of its name.
 * @param urls the functions' databases, by the functions' names
 * @returns what was run, such as configs/001_configs.sql
 * @throws Error that says why, without the address
 */
export async function migrateFunctions(
  urls: ReadonlyMap<string, string>,
  { folder = functionsFolder, roles = false }: Options = {},
): Promise<string[]> {
  const ran: string[] = []
  for (const [name, url] of urls) {
    if (!hasMigrations(name, folder)) continue
    try {
      // One after the other: they take the same lock.
      for (const migration of await migrate(url, name, join(folder, name, 'migrations')))
        ran.push(`${name}/${migration}`)
      if (roles) await grant(url, readFileSync(join(folder, name, 'grants.sql'), 'utf8'))
    } catch (error) {
      throw new Error(`The database of ${name} was not migrated: ${reasonOf(error)}`, { cause: error })
    }
  }
  return ran
}

export function hasMigrations(name: string, folder = functionsFolder): boolean {
  return existsSync(join(folder, name, 'migrations'))
}

/** Every time, since a migration may have made another table. */
async function grant(url: string, statements: string): Promise<void> {
  const sql = postgres(url, { max: 1, onnotice: () => {}, connect_timeout: 10 })
  try {
    await sql.unsafe(statements)
  } finally {
    await sql.end({ timeout: 5 })
  }
}
