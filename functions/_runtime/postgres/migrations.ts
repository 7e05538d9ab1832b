import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

import postgres, { type ISql, type Sql } from 'postgres'

interface Migration {
  readonly number: number
  readonly name: string
  readonly statements: string
  readonly checksum: string
  /** Whether it commits by itself, for what a transaction cannot do, or would hold locks for. */
  readonly isOutside: boolean
}

/** How a migration begins that is not run in a transaction: it is one statement, and can be run again. */
const outsideMark = '-- Runs outside of a transaction'

// Any number will do, so long as every migrator takes the same: "quartet" in ASCII.
const lockKey = '31925273398174068'

/**
 * Brings the schema of one function up to date. Several at once wait for each other.
 * @param schema the function's schema, which the first migration must not create itself
 * @param folder with files such as 001_configs.sql, each run once, in a transaction of its own; one that begins with
 *   `-- Runs outside of a transaction` is run again when it did not come to its end, so it must pass over what it did
 * @returns the names of the migrations that were run now
 * @throws Error when a migration that was run has been edited since, or one fails
 */
export async function migrate(url: string, schema: string, folder: string): Promise<string[]> {
  const sql = postgres(url, { max: 1, onnotice: () => {}, connect_timeout: 10 })
  try {
    await sql`select pg_advisory_lock(${lockKey}::bigint)`
    return await runPending(sql, schema, migrationsIn(folder))
  } finally {
    await sql.end({ timeout: 5 })
  }
}

/** @throws Error when a name does not follow the form, or two have one number */
export function migrationsIn(folder: string): Migration[] {
  const migrations = readdirSync(folder).map((name) => {
    const number = /^(\d{3})_[a-z0-9_]+\.sql$/.exec(name)?.[1]
    if (number === undefined) throw new Error(`${name} is not named like a migration, such as 001_configs.sql.`)
    const statements = readFileSync(join(folder, name), 'utf8')
    const checksum = createHash('sha256').update(statements).digest('hex')
    return { name, number: Number(number), statements, checksum, isOutside: statements.startsWith(outsideMark) }
  })
  if (new Set(migrations.map(({ number }) => number)).size < migrations.length) {
    throw new Error(`Two migrations in ${folder} have the same number.`)
  }
  return migrations.toSorted((one, other) => one.number - other.number)
}

async function runPending(sql: Sql, schema: string, migrations: readonly Migration[]): Promise<string[]> {
  await sql`create schema if not exists ${sql(schema)}`
  await sql`
    create table if not exists ${sql(schema)}.migrations (
      number int primary key,
      name text not null,
      checksum text not null,
      run_at timestamptz not null default now()
    )`
  const done = await sql<{ number: number; checksum: string }[]>`select number, checksum from ${sql(schema)}.migrations`
  const checksums = new Map(done.map(({ number, checksum }) => [number, checksum]))
  const ran: string[] = []
  for (const migration of migrations) {
    const { number, name, checksum } = migration
    const known = checksums.get(number)
    if (known !== undefined && known !== checksum) {
      throw new Error(`${schema}: ${name} was edited after it had been run. Restore it and add a new migration.`)
    }
    if (known !== undefined) continue
    // In their order, each on what the one before has made.
    await runOne(sql, schema, migration)
    ran.push(name)
  }
  return ran
}

async function runOne(sql: Sql, schema: string, migration: Migration): Promise<void> {
  const { name, isOutside } = migration
  try {
    if (isOutside) await runAndNote(sql, schema, migration)
    else await sql.begin((transaction) => runAndNote(transaction, schema, migration))
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    const kept = isOutside ? 'and is finished when it is run again' : 'and what it had done was taken back'
    throw new Error(`${schema}: ${name} failed, ${kept}: ${reason}`, { cause: error })
  }
}

async function runAndNote(sql: ISql, schema: string, { number, name, statements, checksum }: Migration): Promise<void> {
  await sql.unsafe(statements)
  await sql`insert into ${sql(schema)}.migrations (number, name, checksum) values (${number}, ${name}, ${checksum})`
}
