import { configure, type Environment, type SettingsFile } from '../../functions/_runtime/configuration.ts'
import type { QuartetFunction } from '../../functions/_runtime/function.ts'
import { leavesOf } from '../../functions/_runtime/settings-schema.ts'
import { startPostgres } from './embedded-postgres.ts'

/** The database of a local server. */
export interface LocalDatabase {
  readonly url: string
  /** Set where the database is an embedded one. */
  readonly embeddedUrl: string | undefined
  /** Where the data is, in words. */
  readonly place: string
  stop(): Promise<void>
}

const folder = '.quartet/postgres'

/**
 * Finds the database that functions need: the one that their settings name, else an embedded one is started.
 * @returns undefined when none of them needs any
 */
export async function databaseFor(
  functions: readonly QuartetFunction[],
  env: Environment,
  file: SettingsFile | undefined,
): Promise<LocalDatabase | undefined> {
  const needing = functions.find(({ definition }) => leavesOf(definition.settings).some(isDatabaseUrl))
  if (!needing) return undefined
  const named = namedUrl(needing, env, file)
  if (named !== undefined) return { url: named, embeddedUrl: undefined, place: 'the database of the settings', stop: () => Promise.resolve() }
  const { url, stop } = await startPostgres(folder)
  return { url, embeddedUrl: url, place: `${folder} (PostgreSQL)`, stop }
}

const unnamed = 'postgres://'

function namedUrl({ definition }: QuartetFunction, env: Environment, file: SettingsFile | undefined): string | undefined {
  const preset = { database: { url: unnamed } }
  const { settings } = configure(definition.name, definition.settings, { env, file, preset })
  const { database } = settings as typeof settings & { database?: { url?: string } }
  return database?.url === unnamed ? undefined : database?.url
}

function isDatabaseUrl({ path }: { readonly path: readonly string[] }): boolean {
  return path.join('.') === 'database.url'
}
