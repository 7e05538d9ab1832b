import postgres, { type Sql } from 'postgres'
import { afterAll, beforeAll, expect, test } from 'vitest'

import { openConfigs, type OpenConfigs } from '../testing/open-configs.ts'

let configs: OpenConfigs
let sql: Sql

beforeAll(async () => {
  configs = await openConfigs({}, { retentionDays: 7, idempotencyHours: 2 })
  sql = postgres(configs.databaseUrl, { max: 2 })
})

afterAll(async () => {
  await sql.end()
  await configs.close()
})

async function count(): Promise<unknown> {
  const [row] = await sql`
    select (select count(*)::int from configs.versions) as versions,
      (select count(*)::int from configs.idempotency_keys) as keys`
  return row
}

test('what was kept for long enough is deleted in small steps by those who write, and nothing else', async () => {
  await sql`
    insert into configs.versions (name, version, name_key, metadata, changed_at, replaced_at)
    select 'old', 1000000 + n, 'name', '{}', now() - interval '1 year', now() - interval '8 days'
    from generate_series(1, 450) as n`
  await sql`
    insert into configs.versions (name, version, name_key, metadata, changed_at, replaced_at)
    values ('young', 2000000, 'name', '{"n":1}', now() - interval '1 year', now() - interval '6 days')`
  await sql`
    insert into configs.idempotency_keys (key, fingerprint, version, created_at)
    select 'old-' || n, '', n, now() - interval '3 hours' from generate_series(1, 5) as n`
  const body = { name: 'written', metadata: {} }
  expect((await configs.call('POST /configs', { body, headers: { 'idempotency-key': 'young' } })).status).toBe(201)
  await expect.poll(count).toEqual({ versions: 251, keys: 1 })
  // Another process is at work on some of the rest: they are left to it.
  const hold = Promise.withResolvers<void>()
  const isHeld = Promise.withResolvers<void>()
  const holding = sql.begin(async (transaction) => {
    await transaction`select from configs.versions where name = 'old' limit 10 for update`
    isHeld.resolve()
    await hold.promise
  })
  await isHeld.promise
  const writeAndCount = async (): Promise<unknown> => {
    expect((await configs.call('PATCH /configs/written', { body: {} })).status).toBe(200)
    return (await sql`select from configs.versions where name = 'old'`).length
  }
  await expect.poll(writeAndCount).toBe(10)
  hold.resolve()
  await holding
  expect((await configs.call('GET /configs/young/versions/2000000')).body).toEqual({
    name: 'young',
    metadata: { n: 1 },
  })
})
