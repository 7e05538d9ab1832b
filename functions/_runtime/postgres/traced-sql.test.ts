import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import * as z from 'zod/mini'

import { DatabaseSettings } from '../settings/database-settings.ts'
import { testDatabase, type TestDatabase } from '../testing/database.ts'
import { unusedPort } from '../testing/unused-port.ts'
import type { Span } from '../tracing/span.ts'
import { Tracer } from '../tracing/tracer.ts'
import { Database } from './postgres.ts'

const spans: Span[] = []
const tracer = new Tracer(() => true, { add: (span) => spans.push(span) })
let stored: TestDatabase
let database: Database

beforeAll(async () => {
  stored = await testDatabase()
  database = open(stored.url)
})

beforeEach(() => {
  spans.length = 0
})

afterAll(async () => {
  await database.close()
  await stored.drop()
})

function open(url: string): Database {
  return new Database(z.parse(DatabaseSettings, { url, connectTimeoutMs: 1000, queryTimeoutMs: 5000 }), tracer)
}

/** Does work for a request. */
function asked<T>(work: () => Promise<T>): Promise<T> {
  return tracer.within([tracer.start('request', undefined)], work)
}

function told(): unknown[] {
  return spans.map(({ name, attributes, error }) => [name, attributes['db.query.text'], error])
}

test('a statement that is made of others is one, and whole', async () => {
  const which = 2
  const rows = await asked(() =>
    database.run((sql) => sql`select * from (values (1), (2)) as v(n) ${sql`where n = ${which}`}`),
  )
  expect(rows).toEqual([{ n: 2 }])
  expect(told()).toEqual([['SELECT', 'select * from (values (1), (2)) as v(n) where n = $1', undefined]])
})

test('each statement of a transaction is one, in their order', async () => {
  await asked(() => database.transaction(async (sql) => sql.unsafe('create table made (n int)')))
  expect(told().map((each) => (each as string[])[0])).toEqual(['BEGIN', 'CREATE', 'COMMIT'])
  const [begin, create, commit] = spans
  expect(begin?.endedAt).toBeLessThanOrEqual(create?.startedAt ?? 0)
  expect(create?.endedAt).toBeLessThanOrEqual(commit?.startedAt ?? 0)
})

test('statements that are asked at once are each one', async () => {
  await asked(() => database.run((sql) => Promise.all([sql`select ${1}::int`, sql`select ${2}::int + 1`])))
  expect(spans).toHaveLength(2)
})

test('one that fails is an error by its code; its message, which may have a value in it, is not told', async () => {
  const secret = 'hunter2'
  await expect(asked(() => database.run((sql) => sql`select ${secret}::text::int`))).rejects.toThrow(secret)
  expect(told()).toEqual([['SELECT', 'select $1::text::int', '']])
  expect(spans[0]?.attributes).toMatchObject({ 'db.response.status_code': '22P02', 'error.type': '22P02' })
  expect(JSON.stringify(spans)).not.toContain(secret)
})

test('one that no server takes is an error too', async () => {
  const away = open(`postgres://nobody@127.0.0.1:${await unusedPort()}/none`)
  await expect(asked(() => away.run((sql) => sql`select 1`))).rejects.toThrow('cannot be reached')
  expect(spans).toMatchObject([{ name: 'SELECT', error: '', attributes: { 'error.type': 'CONNECT_FAILED' } }])
  await away.close()
})

test('what nobody waits for is no span, nor is what is done after the answer', async () => {
  await database.run((sql) => sql`select 1`)
  const request = tracer.start('request', undefined)
  await tracer.within([request], async () => {
    request.end()
    await database.run((sql) => sql`select 1`)
  })
  expect(spans).toEqual([request])
})
