import { readdirSync } from 'node:fs'

import * as z from 'zod/mini'

import { configure, SettingsError, type Environment } from '../functions/_runtime/settings/configuration.ts'
import { PostgresUrl } from '../functions/_runtime/settings/settings.ts'
import { finding } from './exit-codes.ts'
import { migrateFunctions } from './migrate-functions.ts'
import { reasonOf } from './reason.ts'

const MigrationSettings = z.object({ database: z.prefault(z.object({ url: z.prefault(PostgresUrl, '') }), {}) })

/**
 * Is `quartet migrate` in an image that has the migrations and nothing else of the functions. The databases come from the
 * environment alone: DATABASE_URL, or CONFIGS_DATABASE_URL and the like.
 * @param folder has a folder of each function with migrations
 * @param argv --roles makes the roles of functions too
 */
export async function runMigrations(folder: string, argv: readonly string[], env: Environment): Promise<void> {
  try {
    const urls = new Map(readdirSync(folder).map((name) => [name, databaseOf(name, env)]))
    const ran = await migrateFunctions(urls, { folder, roles: argv.includes('--roles') })
    process.stdout.write(ran.length > 0 ? ran.map((each) => `ran ${each}\n`).join('') : 'The database is up to date.\n')
  } catch (error) {
    const reason = error instanceof SettingsError ? `The settings are wrong.\n${error.message}` : reasonOf(error)
    process.stderr.write(`${reason}\n`)
    process.exitCode = finding
  }
}

function databaseOf(name: string, env: Environment): string {
  return configure(name, MigrationSettings, { env }).settings.database.url
}
