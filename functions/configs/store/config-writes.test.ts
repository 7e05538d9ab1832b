import postgres, { type Sql } from 'postgres'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'

import { openConfigs, type OpenConfigs } from '../testing/open-configs.ts'

// Writes that come at once are one statement, and are answered as if each had come alone.
let configs: OpenConfigs
let sql: Sql

beforeAll(async () => {
  configs = await openConfigs({ queryTimeoutMs: 20_000 })
  sql = postgres(configs.databaseUrl, { max: 2, onnotice: () => {} })
  await sql`
    alter table configs.configs add constraint acceptable check (metadata ->> 'refused' is null)`
})

afterAll(async () => {
  await sql.end()
  await configs.close()
})

beforeEach(async () => {
  await sql`truncate configs.configs, configs.versions, configs.changes`
  for (const name of ['first', 'second', 'third']) await configs.put(name, { name })
})

const post = (name: string, metadata: unknown) => configs.call('POST /configs', { body: { name, metadata } })
const put = (name: string, metadata: unknown, headers: Record<string, string> = {}) =>
  configs.call(`PUT /configs/${name}`, { body: { name, metadata }, headers })

/** Runs work while a statement of somebody else keeps a lock. */
async function locked(
  lock: (other: postgres.TransactionSql) => Promise<unknown>,
  work: () => Promise<void>,
): Promise<void> {
  const isLocked = Promise.withResolvers<void>()
  const isOver = Promise.withResolvers<void>()
  const lasting = sql.begin(async (other) => {
    await lock(other)
    isLocked.resolve()
    await isOver.promise
  })
  await isLocked.promise
  try {
    await work()
  } finally {
    isOver.resolve()
    await lasting
  }
}

test('each is decided by itself: created, taken, replaced, not there, not the version that it depends on', async () => {
  const { headers } = await configs.call('GET /configs/third')
  const answers = await Promise.all([
    post('new', { n: 1 }),
    post('first', { n: 2 }),
    put('second', { n: 3 }),
    put('unknown', { n: 4 }),
    put('third', { n: 5 }, { 'if-match': headers['etag'] ?? '' }),
    put('first', { n: 6 }, { 'if-match': '"1"' }),
    put('first', { n: 7 }, { 'if-none-match': '"1"' }),
  ])
  expect(answers.map(({ status }) => status)).toEqual([201, 409, 200, 404, 200, 412, 200])
  const documents = await sql`select name, metadata::text as metadata from configs.configs order by name`
  expect(documents.map(({ name, metadata }) => `${name} ${metadata}`)).toEqual([
    'first {"n":7}',
    'new {"n":1}',
    'second {"n":3}',
    'third {"n":5}',
  ])
  for (const { name, etag } of await sql`select name, '"' || version || '"' as etag from configs.configs`) {
    const answer = answers.findLast(({ status, body }) => {
      return status < 300 && (body as { name?: string } | undefined)?.name === name
    })
    expect(answer?.headers['etag']).toBe(etag)
  }
})

test('text comes through as it is', async () => {
  const metadata = { quote: '"', backslash: '\\', braces: '{},', null: 'null', empty: '', line: '\n', snow: '☃' }
  const answers = await Promise.all([post('one', metadata), post('two', metadata), put('first', metadata)])
  expect(answers.map(({ status }) => status)).toEqual([201, 201, 200])
  for (const name of ['one', 'two', 'first']) {
    expect((await configs.call(`GET /configs/${name}`)).body).toEqual({ name, metadata })
  }
})

test('one that the database refuses is the only one that fails', async () => {
  const answers = await Promise.all([post('new', {}), put('first', { refused: true }), put('second', { n: 1 })])
  expect(answers.map(({ status }) => status)).toEqual([201, 500, 200])
})

test('one that has to wait keeps no other waiting', async () => {
  let waiting: Promise<{ status: number }> | undefined
  await locked(
    (other) => other`select from configs.configs where name = 'first' for update`,
    async () => {
      waiting = put('first', { n: 1 })
      const others = await Promise.all([put('second', { n: 2 }), put('third', { n: 3 }), post('new', {})])
      expect(others.map(({ status }) => status)).toEqual([200, 200, 201])
    },
  )
  expect((await waiting)?.status).toBe(200)
})

test('one whose name is being created or removed keeps no other waiting', async () => {
  let waiting: Promise<{ status: number }> | undefined
  await locked(
    (other) => other`select pg_advisory_xact_lock(hashtextextended('new', 0))`,
    async () => {
      waiting = post('new', { n: 1 })
      const others = await Promise.all([put('second', { n: 2 }), post('newer', {})])
      expect(others.map(({ status }) => status)).toEqual([200, 201])
    },
  )
  expect((await waiting)?.status).toBe(201)
})

test('one whose name somebody has inserted without a turn, as an import does, keeps no other waiting', async () => {
  let waiting: Promise<{ status: number }> | undefined
  await locked(
    (other) => other`insert into configs.configs (name, name_key, metadata) values ('new', 'name', '{}')`,
    async () => {
      waiting = post('new', { n: 1 })
      const others = await Promise.all([put('second', { n: 2 }), post('newer', {})])
      expect(others.map(({ status }) => status)).toEqual([200, 201])
    },
  )
  expect((await waiting)?.status).toBe(409)
})

test('many writes of a few names leave one chain of versions for each', async () => {
  const writes = Array.from({ length: 120 }, (_, n) => put(['first', 'second', 'third'][n % 3] ?? '', { n }))
  const answers = await Promise.all(writes)
  expect(answers.every(({ status }) => status === 200)).toBe(true)
  const [kept] = await sql`
    select (select count(*) from configs.versions)::int as versions, (select count(*) from configs.changes)::int as changes`
  expect(kept).toEqual({ versions: 120, changes: 123 })
})
