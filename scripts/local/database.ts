import type { QuartetFunction } from '../../functions/_runtime/function/function.ts'
import { databaseUrls, requiresDatabase, unnamedDatabase, type Sources } from '../database-urls.ts'
import { startPostgres } from './embedded-postgres.ts'

/** The database of a local server. */
export interface LocalDatabase {
  /** Set where it is an embedded one. */
  readonly embeddedUrl: string | undefined
  /** Where the data is, in words. */
  readonly place: string
  stop(): Promise<void>
}

const folder = '.quartet/postgres'

/**
 * Finds the database without which functions cannot do: the one that their settings name, else an embedded one is started.
 * @returns undefined when none of them needs any
 */
export async function databaseFor(
  functions: readonly QuartetFunction[],
  sources: Sources,
): Promise<LocalDatabase | undefined> {
  const urls = [...databaseUrls(functions.filter(requiresDatabase), sources, unnamedDatabase).values()]
  if (urls.length === 0) return undefined
  if (!urls.includes(unnamedDatabase)) {
    return { embeddedUrl: undefined, place: 'the database of the settings', stop: () => Promise.resolve() }
  }
  const server = await startPostgres(folder)
  return { embeddedUrl: server.url, place: `${folder} (PostgreSQL)`, stop: () => server.stop() }
}
