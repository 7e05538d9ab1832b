import postgres from 'postgres'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'

import type { Received } from '../../_runtime/testing/call.ts'
import { openConfigs, type OpenConfigs } from '../testing/open-configs.ts'

// A deadlock is noticed after a second, and a lock of the table given up after three.
vi.setConfig({ testTimeout: 60_000 })

let configs: OpenConfigs
let sql: postgres.Sql

beforeEach(async () => {
  configs = await openConfigs({}, { bulk: { timeoutMs: 20_000, atOnce: 4 } })
  sql = postgres(configs.databaseUrl, { max: 4, onnotice: () => {} })
  await sql`truncate configs.configs`
})

afterEach(async () => {
  await sql.end()
  await configs.close()
})

function fileOf(names: readonly string[], metadata: unknown): string {
  const lines = names.map((name) => JSON.stringify({ name, metadata }))
  const first = JSON.stringify({ export: 'configs', form: 1, prefix: '' })
  return [first, ...lines, JSON.stringify({ complete: true, configs: lines.length })].join('\n')
}

function importing(names: readonly string[], metadata: unknown, query = ''): Promise<Received> {
  const headers = { 'content-type': 'application/x-ndjson' }
  return configs.call(`POST /import${query}`, { body: fileOf(names, metadata), headers })
}

async function metadataOf(name: string): Promise<unknown> {
  const { body } = await configs.call(`GET /configs/${name}`)
  return (body as { metadata?: unknown }).metadata
}

/** How many wait for a lock. */
async function blocked(): Promise<number> {
  const rows = await sql`
    select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`
  return rows.length
}

async function untilBlocked(): Promise<void> {
  await expect.poll(blocked, { timeout: 20_000 }).toBeGreaterThan(0)
}

async function importOften(names: readonly string[], query: string): Promise<number[]> {
  const statuses: number[] = []
  for (let round = 0; round < 8; round += 1) statuses.push((await importing(names, { query, round }, query)).status)
  return statuses
}

test('imports and changes of the same names, in any order, all come to an end', async () => {
  const names = Array.from({ length: 40 }, (_, index) => `n-${index}`)
  const changes = async (): Promise<number[]> => {
    const statuses: number[] = []
    for (let round = 0; round < 60; round += 1) {
      const name = names[(round * 7) % names.length] ?? ''
      const { status } = await (round % 3 === 0
        ? configs.call(`DELETE /configs/${name}`)
        : configs.call(`PUT /configs/${name}?create=true`, { body: { name, metadata: { round } } }))
      statuses.push(status)
    }
    return statuses
  }
  const [forward, backward, mirrored, ...changed] = await Promise.all([
    importOften(names, ''),
    importOften(names.toReversed(), ''),
    importOften(names.slice(0, 20), '?mode=mirror&prefix='),
    changes(),
    changes(),
  ])
  expect(new Set([...forward, ...backward, ...mirrored])).toEqual(new Set([200]))
  for (const status of changed.flat()) expect([200, 201, 204, 404]).toContain(status)
  // What is created after a removal is a later version, whoever did which.
  const overtaken = await sql`
    select from configs.configs as config join configs.versions as version using (name)
    where version.version > config.version`
  expect(overtaken).toHaveLength(0)
})

test('a removal that drew a later version than the import that waited for it is followed by a later one', async () => {
  await configs.put('a', { before: true })
  let answer: Promise<Received> | undefined
  await sql.begin(async (own) => {
    await own`delete from configs.configs where name = 'a'`
    answer = importing(['a'], { after: true })
    await untilBlocked()
    await own`
      update configs.versions set version = nextval('configs.version') + 1000
      where name = 'a' and metadata is null`
    await own`select setval('configs.version', (select max(version) from configs.versions))`
  })
  expect((await answer)?.body).toMatchObject({ created: 1 })
  const { body } = await configs.call('GET /configs/a/versions')
  expect((body as { removed: boolean }[])[0]).toMatchObject({ removed: false })
})

test('a deadlock is undone, and the import is tried again', async () => {
  for (const name of ['a', 'b']) await configs.put(name, { before: true })
  const answers: Promise<Received>[] = []
  const other = sql.begin(async (own) => {
    // So the server chooses the import to end it: it is the first to look.
    await own`set local deadlock_timeout = '10s'`
    await own`update configs.configs set metadata = '{"other":true}' where name = 'b'`
    answers.push(importing(['a', 'b'], { imported: true }))
    await untilBlocked()
    await own`update configs.configs set metadata = '{"other":true}' where name = 'a'`
  })
  await other
  const [answer] = await Promise.all(answers)
  expect(answer?.body).toMatchObject({ replaced: 2 })
  expect(await metadataOf('a')).toEqual({ imported: true })
})

test('an import that removes gives up where somebody changes configs for long', async () => {
  await configs.put('a', {})
  await sql.begin(async (own) => {
    await own`update configs.configs set metadata = '{"other":true}' where name = 'a'`
    const { status, headers } = await importing(['b'], {}, '?mode=mirror&prefix=')
    expect({ status, retryAfter: headers['retry-after'] }).toEqual({ status: 503, retryAfter: '5' })
    // Those who only create and replace are not in its way.
    expect((await importing(['c'], {})).status).toBe(200)
  })
  expect(await metadataOf('a')).toEqual({ other: true })
  expect((await configs.call('GET /configs/b')).status).toBe(404)
})

test('an import that is not done within its time is undone', async () => {
  const impatient = await openConfigs({}, { bulk: { timeoutMs: 1500 } })
  const other = postgres(impatient.databaseUrl, { max: 1, onnotice: () => {} })
  await other.begin(async (own) => {
    await own`update configs.configs set metadata = '{}' where name = 'datacenter-2'`
    const headers = { 'content-type': 'application/x-ndjson' }
    const body = fileOf(['datacenter-1', 'datacenter-2'], { imported: true })
    const answer = await impatient.call('POST /import', { body, headers })
    expect(answer.status).toBe(503)
    expect(answer.body).toMatchObject({ detail: 'It was not done within 1500 ms, its limit.' })
  })
  const { body } = await impatient.call('GET /configs/datacenter-1')
  expect(body).not.toMatchObject({ metadata: { imported: true } })
  await other.end()
  await impatient.close()
})

test('a database that ends the session is answered 503, and nothing is changed', async () => {
  await configs.put('b', {})
  let answer: Promise<Received> | undefined
  await sql.begin(async (own) => {
    await own`update configs.configs set metadata = '{}' where name = 'b'`
    answer = importing(['a', 'b'], { imported: true })
    await untilBlocked()
    await own`
      select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and application_name = 'quartet bulk'`
    expect((await answer).status).toBe(503)
  })
  expect((await configs.call('GET /configs/a')).status).toBe(404)
})

test('where a change must name a version, an import can only create', async () => {
  const strict = await openConfigs({}, { requireIfMatch: true })
  const headers = { 'content-type': 'application/x-ndjson' }
  const body = '{"name":"new","metadata":{}}'
  expect((await strict.call('POST /import', { body, headers })).status).toBe(428)
  expect((await strict.call('POST /import?mode=create', { body, headers })).status).toBe(200)
  await strict.close()
})
