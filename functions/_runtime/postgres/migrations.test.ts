import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import postgres from 'postgres'
import { afterEach, beforeEach, expect, test } from 'vitest'

import { migrate, migrationsIn } from './migrations.ts'
import { testDatabase, type TestDatabase } from '../testing/database.ts'

let database: TestDatabase
let sql: postgres.Sql
let folder: string

beforeEach(async () => {
  database = await testDatabase()
  sql = postgres(database.url, { max: 1, onnotice: () => {} })
  folder = mkdtempSync(join(tmpdir(), 'quartet-migrations-'))
})

afterEach(async () => {
  await sql.end({ timeout: 5 })
  await database.drop()
  rmSync(folder, { recursive: true })
})

function write(name: string, statements: string): void {
  writeFileSync(join(folder, name), statements)
}

function run(): Promise<string[]> {
  return migrate(database.url, 'things', folder)
}

async function namesOfThings(): Promise<unknown[]> {
  return (await sql`select name from things.things order by name`).map(({ name }) => name as unknown)
}

test('migrations run in the order of their numbers, each once', async () => {
  write('010_second.sql', `insert into things.things values ('two')`)
  write('002_first.sql', `create table things.things (name text); insert into things.things values ('one')`)
  expect(await run()).toEqual(['002_first.sql', '010_second.sql'])
  expect(await run()).toEqual([])
  write('011_third.sql', `insert into things.things values ('three')`)
  expect(await run()).toEqual(['011_third.sql'])
  expect(await namesOfThings()).toEqual(['one', 'three', 'two'])
})

test('several migrators at once run each migration once', async () => {
  write('001_slow.sql', `create table things.things (name text); select pg_sleep(0.2)`)
  write('002_row.sql', `insert into things.things values ('one')`)
  const ran = await Promise.all([run(), run(), run(), run()])
  expect(ran.flat().toSorted()).toEqual(['001_slow.sql', '002_row.sql'])
  expect(await namesOfThings()).toEqual(['one'])
})

test('a migration that was edited after it had been run is refused, and nothing is run', async () => {
  write('001_first.sql', `create table things.things (name text)`)
  await run()
  write('001_first.sql', `create table things.things (name text, size int)`)
  write('002_second.sql', `insert into things.things values ('two')`)
  await expect(run()).rejects.toThrow('things: 001_first.sql was edited after it had been run')
  expect(await namesOfThings()).toEqual([])
})

test('a migration that fails leaves nothing of itself, and those before it stay', async () => {
  write('001_good.sql', `create table things.things (name text)`)
  write('002_bad.sql', `insert into things.things values ('two'); create table things.more (id int); select nosuch`)
  write('003_never.sql', `insert into things.things values ('three')`)
  await expect(run()).rejects.toThrow(/^things: 002_bad\.sql failed.*column "nosuch" does not exist/)
  expect(await namesOfThings()).toEqual([])
  expect(await sql`select from pg_tables where tablename = 'more'`).toHaveLength(0)
  write('002_bad.sql', `insert into things.things values ('two')`)
  expect(await run()).toEqual(['002_bad.sql', '003_never.sql'])
})

test('a migration that says so runs outside of a transaction, and again when it did not come to its end', async () => {
  write('001_things.sql', `create table things.things (name text primary key)`)
  write(
    '002_batches.sql',
    `-- Runs outside of a transaction
    do $$
    begin
      insert into things.things values ('one') on conflict do nothing;
      commit;
      insert into things.things select name from things.more;
    end
    $$`,
  )
  write('003_after.sql', `insert into things.things values ('three')`)
  await expect(run()).rejects.toThrow(/^things: 002_batches\.sql failed, and is finished when it is run again: .*more/)
  expect(await namesOfThings()).toEqual(['one'])
  await sql`create table things.more as select 'two' as name`
  expect(await run()).toEqual(['002_batches.sql', '003_after.sql'])
  expect(await namesOfThings()).toEqual(['one', 'three', 'two'])
  expect(await run()).toEqual([])
})

test('an index can be built while others write', async () => {
  write('001_things.sql', `create table things.things (name text)`)
  write('002_index.sql', '-- Runs outside of a transaction\ncreate index concurrently on things.things (name)')
  expect(await run()).toEqual(['001_things.sql', '002_index.sql'])
})

test('a failed migrator does not keep the next one waiting', async () => {
  write('001_bad.sql', 'select nosuch')
  await expect(run()).rejects.toThrow('001_bad.sql')
  write('001_bad.sql', 'select 1')
  expect(await run()).toEqual(['001_bad.sql'])
})

test('functions whose schemas are in one database do not meet', async () => {
  write('001_first.sql', 'select 1')
  await Promise.all([migrate(database.url, 'one', folder), migrate(database.url, 'other', folder)])
  const [row] = await sql`select (select count(*) from one.migrations) + (select count(*) from other.migrations) as all`
  expect(row).toEqual({ all: '2' })
})

test.each(['1_short.sql', '001.sql', '001_Upper.sql', '001-dash.sql', '001_x.sql.bak', 'README.md', '0001_long.sql'])(
  'a file called %s is no migration, and says so',
  (name) => {
    write('001_good.sql', '')
    write(name, '')
    expect(() => migrationsIn(folder)).toThrow(`${name} is not named like a migration`)
  },
)

test('two migrations of one number are refused', () => {
  write('001_one.sql', '')
  write('001_other.sql', '')
  expect(() => migrationsIn(folder)).toThrow('have the same number')
})
