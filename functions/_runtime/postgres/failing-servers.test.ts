import { setTimeout as sleep } from 'node:timers/promises'

import postgres from 'postgres'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import * as z from 'zod/mini'

import { DatabaseSettings } from '../settings/database-settings.ts'
import { Database } from './postgres.ts'
import { Problem } from '../reply/problem.ts'
import { testDatabase, type TestDatabase } from '../testing/database.ts'
import { Relay } from '../testing/relay.ts'
import { unusedPort } from '../testing/unused-port.ts'
import { poolerWithout } from '../testing/pooler.ts'

const patience = { timeout: 15_000 }
const unreachable = { status: 503, detail: 'The database cannot be reached now.' }
const lost = { status: 503, detail: 'The connection to the database was lost. A change may have been made.' }

let database: TestDatabase
let watcher: postgres.Sql
const atEnd: (() => unknown)[] = []

beforeAll(async () => {
  database = await testDatabase()
  watcher = postgres(database.url, { max: 2, onnotice: () => {} })
  await watcher`create table written (id int primary key)`
})

afterEach(async () => {
  // What was opened last is closed first.
  for (const close of atEnd.splice(0).toReversed()) await close()
})

afterAll(async () => {
  await watcher.end({ timeout: 5 })
  await database.drop()
})

function open(settings: Readonly<Record<string, unknown>> = {}): Database {
  const opened = new Database(z.parse(DatabaseSettings, { url: database.url, ...settings }))
  atEnd.push(() => opened.close())
  return opened
}

async function relay(): Promise<Relay> {
  const opened = await Relay.to(new URL(database.url))
  atEnd.push(() => opened.close())
  return opened
}

async function problemOf(work: Promise<unknown>): Promise<unknown> {
  const outcome: unknown = await work.then(
    () => 'It succeeded.',
    (error: unknown) => error,
  )
  return outcome instanceof Problem ? { status: outcome.status, detail: outcome.detail } : outcome
}

function isWell(pool: Database): Promise<boolean> {
  return pool.ping().then(
    () => true,
    () => false,
  )
}

/** @param statement where it is given, only those that run one which begins so */
async function sessions(statement?: string): Promise<number[]> {
  const rows = await watcher<{ pid: number }[]>`
    select pid from pg_stat_activity
    where datname = current_database() and application_name = 'quartet'
      and (${statement ?? null}::text is null or state = 'active' and starts_with(query, ${statement ?? null}))`
  return rows.map(({ pid }) => pid)
}

async function endSessions(statement: string): Promise<void> {
  await expect.poll(() => sessions(statement), patience).not.toEqual([])
  for (const pid of await sessions(statement)) await watcher`select pg_terminate_backend(${pid})`
}

async function written(): Promise<number[]> {
  return (await watcher<{ id: number }[]>`select id from written order by id`).map(({ id }) => id)
}

// Longer than a test may take: what is answered did not wait for it.
const slowly = { connectTimeoutMs: 60_000, queryTimeoutMs: 60_000 }

test.each(['', '?sslmode=require', '?sslmode=prefer'])(
  'a server that hangs up before it is ready is tried once for each who asks, and found when it is back %s',
  async (parameters) => {
    const between = await relay()
    const pool = open({ ...slowly, url: `${between.url}${parameters}` })
    between.welcome = 'hang up'
    for (let asked = 1; asked <= 3; asked += 1) expect(await problemOf(pool.ping())).toEqual(unreachable)
    await sleep(200)
    expect(between.connections).toBe(3)
    between.welcome = 'pass on'
    if (parameters !== '?sslmode=require') await pool.ping()
  },
)

test('a server that takes connections and never answers is given up in time, and found when it is back', async () => {
  const between = await relay()
  const pool = open({ url: between.url, connectTimeoutMs: 300, queryTimeoutMs: 60_000, poolSize: 2 })
  between.welcome = 'ignore'
  const asked = await Promise.all(Array.from({ length: 6 }, () => problemOf(pool.ping())))
  expect(asked).toEqual(Array.from({ length: 6 }, () => unreachable))
  between.welcome = 'pass on'
  await pool.ping()
})

test('who waits for a connection that is never made is answered by their own deadline', async () => {
  const between = await relay()
  const pool = open({ url: between.url, connectTimeoutMs: 1000, queryTimeoutMs: 300 })
  between.welcome = 'ignore'
  expect(await problemOf(pool.ping())).toMatchObject({ status: 503 })
})

test('an answer that stops half way is a problem by the deadline, and the next query has another session', async () => {
  const between = await relay()
  const pool = open({ url: between.url, connectTimeoutMs: 300, queryTimeoutMs: 500, poolSize: 1 })
  await pool.ping()
  between.stopAfter(100_000, 'silence')
  const problem = await problemOf(pool.run((sql) => sql`select repeat('x', 10000000)`))
  expect(problem).toMatchObject({ detail: expect.stringContaining('did not answer within 500 ms. A change may') })
  await expect.poll(() => isWell(pool), patience).toBe(true)
})

test('an answer that is cut off says that a change may have been made, and the next query has another session', async () => {
  const between = await relay()
  const pool = open({ ...slowly, url: between.url, poolSize: 1 })
  await pool.ping()
  between.stopAfter(100_000, 'cut')
  expect(await problemOf(pool.run((sql) => sql`select repeat('x', 10000000)`))).toEqual(lost)
  await pool.ping()
})

test('where the first server of a URL takes no connections, the second does', async () => {
  const url = new URL(database.url)
  const several = database.url.replace(url.host, `127.0.0.1:${await unusedPort()},${url.host}`)
  const pool = open({ ...slowly, url: several })
  expect(await Promise.all([isWell(pool), isWell(pool), isWell(pool)])).toEqual([true, true, true])
})

test('where no server of a URL takes connections, that is said at once', async () => {
  const url = new URL(database.url)
  const hosts = `127.0.0.1:${await unusedPort()},127.0.0.1:${await unusedPort()}`
  const pool = open({ ...slowly, url: database.url.replace(url.host, hosts) })
  expect(await problemOf(pool.ping())).toEqual(unreachable)
})

test('a server whose name nobody knows is away', async () => {
  const url = new URL(database.url)
  url.hostname = 'nowhere.invalid'
  expect(await problemOf(open({ ...slowly, url: url.href }).ping())).toEqual(unreachable)
})

test('a server that has no more connections is away until it has', async () => {
  const url = new URL(database.url)
  const role = `limited_${url.pathname.slice(1)}`
  await watcher.unsafe(`create role ${role} login password 'limited' connection limit 1`)
  atEnd.push(() => watcher.unsafe(`drop role ${role}`))
  url.username = role
  url.password = 'limited'
  const holder = open({ ...slowly, url: url.href })
  await holder.ping()
  const pool = open({ ...slowly, url: url.href })
  expect(await problemOf(pool.ping())).toEqual(unreachable)
  await holder.close()
  await expect.poll(() => isWell(pool), patience).toBe(true)
})

test('a server that only reads is away for who writes, and its session is not kept', async () => {
  const own = await testDatabase()
  atEnd.push(() => own.drop())
  const administrator = postgres(own.url, { max: 1, onnotice: () => {} })
  atEnd.push(() => administrator.end({ timeout: 5 }))
  const name = new URL(own.url).pathname.slice(1)
  await administrator`create table written (id int)`
  await administrator.unsafe(`alter database ${name} set default_transaction_read_only = on`)
  const pool = open({ ...slowly, url: own.url, poolSize: 1 })
  const write = (): Promise<unknown> => pool.run((sql) => sql`insert into written values (1)`)
  expect(await problemOf(write())).toEqual(unreachable)
  await administrator.unsafe(`set default_transaction_read_only = off`)
  await administrator.unsafe(`alter database ${name} reset default_transaction_read_only`)
  await write()
})

test('a transaction whose session ends between two statements is not done, nor what comes after in it', async () => {
  const pool = open({ poolSize: 1 })
  const work = pool.transaction(async (sql) => {
    await sql`insert into written values (1)`
    await sql`set local idle_in_transaction_session_timeout = 50`
    await sleep(300)
    await sql`insert into written values (2)`
  })
  expect(await problemOf(work)).toMatchObject({ status: 503 })
  const forgetful = pool.transaction(async (sql) => {
    await sql`insert into written values (3)`
    await sql`set local idle_in_transaction_session_timeout = 50`
    await sleep(300)
  })
  expect(await problemOf(forgetful)).toMatchObject({ status: 503 })
  await pool.ping()
  expect(await written()).toEqual([])
})

test('a transaction whose session ends in a statement is not done', async () => {
  const pool = open({ poolSize: 1 })
  const work = pool.transaction(async (sql) => {
    await sql`insert into written values (4)`
    await sql`select pg_sleep(602)`
  })
  const problem = problemOf(work)
  await endSessions('select pg_sleep(602)')
  expect(await problem).toEqual(lost)
  await pool.ping()
  expect(await written()).toEqual([])
})

test('a transaction is done as a whole or not at all', async () => {
  const pool = open({ poolSize: 1 })
  const result = await pool.transaction(async (sql) => {
    await sql`insert into written values (5)`
    return 'done'
  })
  expect(result).toBe('done')
  const failing = pool.transaction(async (sql) => {
    await sql`insert into written values (6)`
    await sql`insert into written values (5)`
  })
  await expect(failing).rejects.toThrow('duplicate key')
  const thrown = pool.transaction(async (sql) => {
    await sql`insert into written values (7)`
    throw new Error('thrown here')
  })
  await expect(thrown).rejects.toThrow('thrown here')
  expect(await written()).toEqual([5])
  await watcher`delete from written`
})

test('sessions that end while nobody uses them trouble nobody', async () => {
  const pool = open({ poolSize: 3 })
  await Promise.all([pool.ping(), pool.ping(), pool.ping()])
  for (const pid of await sessions()) await watcher`select pg_terminate_backend(${pid})`
  await expect.poll(() => sessions(), patience).toEqual([])
  await sleep(50)
  await Promise.all([pool.ping(), pool.ping(), pool.ping()])
})

test('sessions that nobody uses are given back', async () => {
  const pool = open({ poolSize: 3, idleTimeoutMs: 200 })
  await Promise.all([pool.ping(), pool.ping(), pool.ping()])
  expect(await sessions()).toHaveLength(3)
  await expect.poll(() => sessions(), patience).toEqual([])
  await pool.ping()
})

test('closing does not wait for a server that is gone', async () => {
  const between = await relay()
  const pool = open({ ...slowly, url: between.url })
  const problem = problemOf(pool.run((sql) => sql`select pg_sleep(603)`))
  await expect.poll(() => sessions('select pg_sleep(603)'), patience).not.toEqual([])
  between.welcome = 'hang up'
  between.cut()
  expect(await problem).toEqual(lost)
  await pool.close()
  await endSessions('select pg_sleep(603)')
})

test('where a pooler refuses statement_timeout when a session begins, the session is told of it then', async () => {
  const pooler = await poolerWithout('statement_timeout', new URL(database.url))
  atEnd.push(() => pooler.close())
  const pool = open({ url: pooler.url, queryTimeoutMs: 500, poolSize: 2 })
  for (let round = 0; round < 2; round += 1) {
    const [one, other] = await Promise.all(
      Array.from({ length: 2 }, () => pool.run((sql) => sql`show statement_timeout`)),
    )
    expect(one?.[0]).toEqual({ statement_timeout: '500ms' })
    expect(other?.[0]).toEqual({ statement_timeout: '500ms' })
  }
  expect(await problemOf(pool.run((sql) => sql`select pg_sleep(604)`))).toMatchObject({ status: 503 })
  await expect.poll(() => sessions('select pg_sleep(604)'), patience).toEqual([])
})
