import postgres from 'postgres'
import { afterAll, beforeAll, expect, test } from 'vitest'

import type { Received } from '../../_runtime/testing/call.ts'
import { openConfigs, type OpenConfigs } from '../testing/open-configs.ts'

let configs: OpenConfigs

beforeAll(async () => {
  configs = await openConfigs()
})

afterAll(() => configs.close())

function create(key: string, name: string, metadata: unknown = {}): Promise<Received> {
  return configs.call('POST /configs', { body: { name, metadata }, headers: { 'idempotency-key': key } })
}

test('a create that is tried again is answered as the first time', async () => {
  const first = await create('"key-1"', 'once', { a: 1 })
  expect(first.status).toBe(201)
  await configs.call('PATCH /configs/once', { body: { metadata: { a: 2 } } })
  // In quotes, as the draft has it, and without, as most clients send it.
  for (const key of ['"key-1"', 'key-1']) {
    const again = await create(key, 'once', { a: 1 })
    expect(again.status).toBe(201)
    expect(again.bytes.toString()).toBe(first.bytes.toString())
    expect(again.headers).toMatchObject({ etag: first.headers['etag'], location: '/configs/once' })
  }
  await configs.call('DELETE /configs/once')
  expect((await create('key-1', 'once', { a: 1 })).status).toBe(201)
  expect((await configs.call('GET /configs/once')).status).toBe(404)
})

test.each([
  ['name', { name: 'other-2', metadata: { a: 1 } }],
  ['metadata', { name: 'other', metadata: { a: 1.5 } }],
  ['key of the name', { dcname: 'other', metadata: { a: 1 } }],
])('another %s under the same key is 422, and creates nothing', async (what, body) => {
  const key = `other ${what}`.replaceAll(' ', '-')
  await create(key, 'other', { a: 1 })
  const answer = await configs.call('POST /configs', { body, headers: { 'idempotency-key': key } })
  await configs.call('DELETE /configs/other')
  expect(answer.status).toBe(422)
  expect(answer.body).toMatchObject({ title: 'Unprocessable Content' })
  expect((await configs.call('GET /configs/other-2')).status).toBe(404)
})

test('a create that was refused is tried anew', async () => {
  await configs.put('refused', {})
  const refused = await create('key-3', 'refused', { a: 1 })
  expect(refused.status).toBe(409)
  expect(refused.body).toMatchObject({ detail: expect.stringContaining('PUT /configs/refused') })
  await configs.call('DELETE /configs/refused')
  expect((await create('key-3', 'refused', { a: 1 })).status).toBe(201)
})

test('of many who send one key at once, one creates; the others are told so, or to ask again', async () => {
  for (let round = 0; round < 30; round += 1) {
    const name = `at-once-${round}`
    const answers = await Promise.all(Array.from({ length: 30 }, () => create(name, name, { a: 1 })))
    const done = answers.filter(({ status }) => status === 201)
    expect(new Set(done.map(({ headers }) => headers['etag'])).size).toBe(1)
    const waiting = answers.filter(({ status }) => status === 409)
    expect(waiting.every(({ bytes }) => bytes.includes('being answered'))).toBe(true)
    expect(done.length + waiting.length).toBe(30)
    expect((await configs.call(`GET /configs/${name}/versions`)).body).toHaveLength(1)
  }
})

test('a duplicate is 409 while the first is being answered, and what the first was answered after that', async () => {
  const sql = postgres(configs.databaseUrl, { max: 2 })
  const hold = Promise.withResolvers<void>()
  const isHeld = Promise.withResolvers<void>()
  // Somebody who creates the same name makes the first request wait.
  const holding = sql.begin(async (transaction) => {
    await transaction`select pg_advisory_xact_lock(hashtextextended('slow', 0))`
    isHeld.resolve()
    await hold.promise
  })
  await isHeld.promise
  const first = create('key-5', 'slow')
  await expect
    .poll(() => sql`select from pg_locks where locktype = 'advisory' and not granted`, { timeout: 4000 })
    .toHaveLength(1)
  const duplicate = await create('key-5', 'slow')
  expect(duplicate.status).toBe(409)
  expect(duplicate.body).toMatchObject({ detail: expect.stringContaining('being answered') })
  hold.resolve()
  await holding
  await sql.end()
  expect((await first).status).toBe(201)
  const again = await create('key-5', 'slow')
  expect(again.status).toBe(201)
  expect(again.headers['etag']).toBe((await first).headers['etag'])
})

test.each(['""', '"a', 'a b', 'ü', 'x'.repeat(201), ''])('%j is no key', async (key) => {
  const answer = await create(key, 'no-key')
  expect(answer.status).toBe(400)
  expect(answer.body).toMatchObject({ errors: [{ at: 'idempotency-key' }] })
})
