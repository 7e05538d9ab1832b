import { randomUUID } from 'node:crypto'

import postgres from 'postgres'
import { inject } from 'vitest'

import { migrate } from '../postgres/migrations.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** A real server that the whole run shares; each test file makes databases of its own in it. */
    postgresUrl: string
  }
}

export interface TestDatabase {
  readonly url: string
  drop(): Promise<void>
}

/** Makes an empty database. */
export async function testDatabase(): Promise<TestDatabase> {
  const server = inject('postgresUrl')
  const name = `test_${randomUUID().replaceAll('-', '')}`
  await administer(server, (sql) => sql`create database ${sql(name)}`)
  const url = new URL(server)
  url.pathname = `/${name}`
  return { url: url.href, drop: () => administer(server, (sql) => sql`drop database ${sql(name)} with (force)`) }
}

/** Makes a database with the tables of one function. */
export async function migratedDatabase(schema: string, migrations: string): Promise<TestDatabase> {
  const database = await testDatabase()
  await migrate(database.url, schema, migrations)
  return database
}

async function administer(url: string, work: (sql: postgres.Sql) => Promise<unknown>): Promise<void> {
  const sql = postgres(url, { max: 1, onnotice: () => {} })
  try {
    await work(sql)
  } finally {
    await sql.end({ timeout: 5 })
  }
}
