import postgres, { type Sql } from 'postgres'
import { afterAll, beforeAll, expect, test } from 'vitest'

import { openConfigs, type OpenConfigs } from '../testing/open-configs.ts'

// With fewer sessions than writes that have to wait, and more time than a test has.
let configs: OpenConfigs
let sql: Sql

beforeAll(async () => {
  configs = await openConfigs({ poolSize: 4, queryTimeoutMs: 60_000 })
  sql = postgres(configs.databaseUrl, { max: 1, onnotice: () => {} })
})

afterAll(async () => {
  await sql.end()
  await configs.close()
})

const names = Array.from({ length: 12 }, (_, number) => `imported-${number}`)

/** As an import that stores configs and takes its time. */
async function whileStored(stored: readonly string[], work: () => Promise<void>): Promise<void> {
  await sql`begin`
  await sql`
    insert into configs.configs (name, name_key, metadata) select name, 'name', '{"n":0}' from unnest(${stored}::text[]) as name
    on conflict (name) do update set metadata = excluded.metadata`
  try {
    await work()
  } finally {
    await sql`commit`
  }
}

test.each([
  ['creates', 'POST /configs', {}, 409],
  ['creates with a key', 'POST /configs', { 'idempotency-key': 'one' }, 409],
  ['replaces', 'PUT', {}, 200],
  ['creates or replaces', 'PUT ?create=true', {}, 200],
  ['patches', 'PATCH', {}, 200],
  ['removes', 'DELETE', {}, 204],
] as const)(
  'who %s what a long transaction has stored waits, and holds up nobody else',
  async (_, how, headers, status) => {
    const [method, query = ''] = how.split(' ')
    const isCreate = method === 'POST'
    await sql`delete from configs.configs where name like 'imported-%'`
    if (!isCreate) for (const name of names) await configs.put(name, {})
    let waiting: Promise<{ status: number }[]> | undefined
    await whileStored(names, async () => {
      waiting = Promise.all(
        names.map((name) => {
          const body = method === 'DELETE' ? undefined : { name, metadata: { n: 1 } }
          const own = 'idempotency-key' in headers ? { 'idempotency-key': name } : {}
          return configs.call(isCreate ? 'POST /configs' : `${method} /configs/${name}${query}`, { body, headers: own })
        }),
      )
      for (let round = 0; round < 3; round += 1) {
        expect(
          (await configs.call('PUT /configs/other?create=true', { body: { name: 'other', metadata: { round } } }))
            .status,
        ).toBeLessThan(300)
        expect((await configs.call('GET /configs/other')).body).toEqual({ name: 'other', metadata: { round } })
      }
    })
    expect((await waiting)?.map((answer) => answer.status)).toEqual(names.map(() => status))
  },
)

test('who reads does so while all changes wait for a lock on the table', async () => {
  await configs.put('read', { n: 1 })
  await sql`begin`
  await sql`lock table configs.configs in share row exclusive mode`
  const waiting = names.map((name) =>
    configs.call(`PUT /configs/${name}?create=true`, { body: { name, metadata: {} } }),
  )
  for (let round = 0; round < 3; round += 1) expect((await configs.call('GET /configs/read')).status).toBe(200)
  await sql`commit`
  expect((await Promise.all(waiting)).every(({ status }) => status < 300)).toBe(true)
})
