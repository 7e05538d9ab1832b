import postgres from 'postgres'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import * as z from 'zod/mini'

import { DatabaseSettings } from '../settings/database-settings.ts'
import { Database } from './postgres.ts'
import { Problem } from '../reply/problem.ts'
import { testDatabase, type TestDatabase } from '../testing/database.ts'
import { Relay } from '../testing/relay.ts'

const patience = { timeout: 15_000 }
let database: TestDatabase
const atEnd: (() => unknown)[] = []

beforeAll(async () => {
  database = await testDatabase()
})

afterEach(async () => {
  // What was opened last is closed first.
  for (const close of atEnd.splice(0).toReversed()) await close()
})

afterAll(() => database.drop())

function open(settings: Readonly<Record<string, unknown>> = {}): Database {
  const opened = new Database(z.parse(DatabaseSettings, { url: database.url, ...settings }))
  atEnd.push(() => opened.close())
  return opened
}

/** Another session, beside the pool. */
function session(): postgres.Sql {
  const sql = postgres(database.url, { max: 1, onnotice: () => {} })
  atEnd.push(() => sql.end({ timeout: 5 }))
  return sql
}

/** Waits until the server has ended the statements that begin so. */
async function untilNobodyRuns(statement: string): Promise<void> {
  const watcher = session()
  const running = async (): Promise<number> => {
    const rows = await watcher`
      select from pg_stat_activity
      where datname = current_database() and state = 'active' and starts_with(query, ${statement})`
    return rows.length
  }
  await expect.poll(running, patience).toBe(0)
}

async function problemOf(work: Promise<unknown>): Promise<Problem> {
  const error: unknown = await work.then(
    () => new Error('It succeeded.'),
    (reason: unknown) => reason,
  )
  if (error instanceof Problem) return error
  throw error
}

test('no connection is made before the first query', async () => {
  const own = await testDatabase()
  atEnd.push(() => own.drop())
  const pool = open({ url: own.url })
  const watcher = session()
  const count = async (): Promise<unknown> => {
    const [row] = await watcher`
      select count(*)::int as count from pg_stat_activity
      where datname = ${new URL(own.url).pathname.slice(1)} and application_name = 'quartet'`
    return row?.['count']
  }
  expect(await count()).toBe(0)
  await pool.ping()
  expect(await count()).toBe(1)
})

test('a query over its deadline is a problem, and the pool goes on', async () => {
  const pool = open({ queryTimeoutMs: 200 })
  const problem = await problemOf(pool.run((sql) => sql`select pg_sleep(600)`))
  expect(problem.status).toBe(503)
  expect(problem.detail).toContain('The database did not answer within 200 ms.')
  await pool.ping()
})

test('the server too ends a query that is over its deadline', async () => {
  const pool = open({ queryTimeoutMs: 200 })
  expect((await problemOf(pool.run((sql) => sql`select pg_sleep(600)`))).status).toBe(503)
  await untilNobodyRuns('select pg_sleep(600)')
})

test('the wait for a connection counts', async () => {
  const pool = open({ queryTimeoutMs: 300, poolSize: 1 })
  // Not a slow query: the server would end it when the other one's time is over, too.
  const held = Promise.withResolvers<void>()
  const slow = pool.run(() => held.promise)
  const waiting = pool.run((sql) => sql`select 1`)
  expect((await problemOf(slow)).status).toBe(503)
  expect((await problemOf(waiting)).detail).toBe('The database is busy: no connection was free within 300 ms.')
  held.resolve()
})

test('a row that somebody else holds is waited for no longer than the deadline, and stays as it was', async () => {
  const holder = session()
  await holder`create table if not exists held (id int primary key, value int)`
  await holder`insert into held values (1, 1) on conflict do nothing`
  const pool = open({ queryTimeoutMs: 300 })
  await holder.begin(async (transaction) => {
    await transaction`select from held where id = 1 for update`
    const problem = await problemOf(pool.run((sql) => sql`update held set value = 2 where id = 1`))
    expect(problem.status).toBe(503)
    await untilNobodyRuns('update held')
  })
  const [row] = await holder`select value from held where id = 1`
  expect(row?.['value']).toBe(1)
})

test('a connection that leads nowhere is given up, and the next query has another', async () => {
  const relay = await Relay.to(new URL(database.url))
  atEnd.push(() => relay.close())
  const pool = open({ url: relay.url, connectTimeoutMs: 500, queryTimeoutMs: 500, poolSize: 1 })
  await pool.ping()
  relay.silence()
  expect((await problemOf(pool.ping())).detail).toContain('did not answer within')
  const isWell = (): Promise<boolean> =>
    pool.ping().then(
      () => true,
      () => false,
    )
  await expect.poll(isWell, patience).toBe(true)
})

test('a slow database gets no more connections than the pool has, nor queries that nobody waits for', async () => {
  const own = await testDatabase()
  atEnd.push(() => own.drop())
  const holder = postgres(own.url, { max: 2, onnotice: () => {} })
  atEnd.push(() => holder.end({ timeout: 5 }))
  await holder`create table held (id int)`
  const pool = open({ url: own.url, connectTimeoutMs: 200, queryTimeoutMs: 300, poolSize: 2 })
  const counts: number[] = []
  const count = async (): Promise<void> => {
    const rows = await holder`
      select from pg_stat_activity where datname = current_database() and application_name = 'quartet'`
    counts.push(rows.length)
  }
  await holder.begin(async (transaction) => {
    await transaction`lock table held`
    for (let round = 0; round < 10; round += 1) {
      const slow = Array.from({ length: 20 }, () => problemOf(pool.run((sql) => sql`insert into held values (1)`)))
      for (const { status } of await Promise.all(slow)) expect(status).toBe(503)
      await count()
    }
  })
  await pool.ping()
  await count()
  expect(Math.max(...counts)).toBe(2)
  // What had a connection when the lock went may still have been done.
  expect((await holder`select from held`).length).toBeLessThanOrEqual(2)
})

test('sessions that the server ends are a problem, and are made anew', async () => {
  const pool = open({ poolSize: 1 })
  const running = problemOf(pool.run((sql) => sql`select pg_sleep(601)`))
  const watcher = session()
  const isEnded = async (): Promise<boolean> => {
    const ended = await watcher`
      select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and query like '%pg_sleep(601)%' and pid <> pg_backend_pid()`
    return ended.length > 0
  }
  await expect.poll(isEnded, patience).toBe(true)
  expect(await running).toMatchObject({
    status: 503,
    detail: 'The connection to the database was lost. A change may have been made.',
  })
  await expect.poll(() => pool.ping(), patience).toBeUndefined()
})

test('a mistake of ours is no problem of the database', async () => {
  const pool = open()
  await expect(pool.run((sql) => sql`select 1 / 0`)).rejects.toThrow('division by zero')
  await expect(pool.run(() => Promise.reject(new Error('thrown here')))).rejects.toThrow('thrown here')
})

test('closing ends the sessions', async () => {
  const pool = open()
  const [row] = await pool.run((sql) => sql`select pg_backend_pid() as pid`)
  await pool.close()
  const watcher = session()
  const sessions = async (): Promise<number> => {
    return (await watcher`select from pg_stat_activity where pid = ${Number(row?.['pid'])}`).length
  }
  await expect.poll(sessions, patience).toBe(0)
})

test.each([
  'postgres://user:password@host:5432/database',
  'postgresql://host/database',
  'postgres://user:p%40ss%2Fword@host/database?sslmode=require',
  'postgres://user:password@one:5432,two:5433/database',
  'postgres://one:5432,two:5433/database',
])('%s is an address', (url) => {
  expect(z.safeParse(DatabaseSettings, { url }).success).toBe(true)
})

test.each([
  '',
  'postgres://',
  'mysql://host/database',
  'host:5432',
  'postgres://user:pass#word@host/database',
  ' postgres://host',
])('%j is none', (url) => {
  expect(z.safeParse(DatabaseSettings, { url }).success).toBe(false)
})
