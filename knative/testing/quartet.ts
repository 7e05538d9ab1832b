import { inject } from 'vitest'

import { functions } from '../../functions/list.ts'
import { migrateFunctions } from '../../scripts/migrate-functions.ts'
import { ClusterDatabase } from './database.ts'
import type { Namespace } from './namespace.ts'
import { TestService } from './service.ts'

export const names = Object.keys(functions) as readonly (keyof typeof functions)[]
export type Name = keyof typeof functions

/** All four functions in a namespace, with their database. */
export interface Quartet {
  readonly database: ClusterDatabase
  readonly services: Readonly<Record<Name, TestService>>
}

/**
 * @param annotations of every revision
 * @param settings of every function, beside where the database is
 */
export async function deployQuartet(
  namespace: Namespace,
  annotations: Readonly<Record<string, string>> = {},
  settings: Readonly<Record<string, string>> = {},
): Promise<Quartet> {
  const database = await migratedDatabase(namespace)
  const env = { DATABASE_URL: database.url, TELEMETRY_DATABASE_URL: database.url, ...settings }
  const deployed = names.map(async (name) => {
    return [name, await TestService.deploy(namespace, { name, image: imageOf(name), env, annotations })] as const
  })
  return { database, services: Object.fromEntries(await Promise.all(deployed)) as Quartet['services'] }
}

async function migratedDatabase(namespace: Namespace): Promise<ClusterDatabase> {
  const database = await ClusterDatabase.start(namespace, imageOf('postgres'))
  const opened = await database.open()
  try {
    await migrateFunctions(new Map(names.map((name) => [name, opened.url])))
  } finally {
    opened.close()
  }
  return database
}

/** @throws Error when this run has made none of that name */
export function imageOf(name: string): string {
  const image = inject('images')[name]
  if (image === undefined) throw new Error(`There is no image of ${name}.`)
  return image
}
