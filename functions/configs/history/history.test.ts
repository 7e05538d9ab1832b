import postgres from 'postgres'
import { afterAll, beforeAll, expect, test } from 'vitest'

import type { Received } from '../../_runtime/testing/call.ts'
import { openConfigs, type OpenConfigs } from '../testing/open-configs.ts'

let configs: OpenConfigs

beforeAll(async () => {
  configs = await openConfigs()
})

afterAll(() => configs.close())

interface Change {
  readonly version: number
  readonly changedAt: string
  readonly actor: string | null
  readonly removed: boolean
}

function changesIn({ body }: Received): readonly Change[] {
  return body as readonly Change[]
}

async function changesOf(name: string): Promise<readonly Change[]> {
  return changesIn(await configs.call(`GET /configs/${name}/versions`))
}

function versionOf({ headers }: Received): number {
  return Number(headers['etag']?.slice(1, -1))
}

/** Creates a config and replaces it; metadata is text. */
async function write(name: string, ...metadata: readonly string[]): Promise<Received[]> {
  const answers: Received[] = []
  for (const text of metadata) {
    answers.push(
      await configs.call(`PUT /configs/${name}?create=true`, { body: `{"name":"${name}","metadata":${text}}` }),
    )
  }
  return answers
}

test('every change is kept with its version and its time, the newest first', async () => {
  const begin = Date.now()
  const written = await write('kept', '{"n":1}', '{"n":2}', '{"n":3}')
  await configs.call('DELETE /configs/kept')
  const changes = await changesOf('kept')
  expect(changes.map(({ removed }) => removed)).toEqual([true, false, false, false])
  expect(changes.slice(1).map(({ version }) => version)).toEqual(written.map(versionOf).toReversed())
  expect(changes.map(({ actor }) => actor)).toEqual([null, null, null, null])
  const times = changes.map(({ changedAt }) => Date.parse(changedAt))
  expect(times).toEqual(times.toSorted((one, other) => other - one))
  expect(times.at(-1)).toBeGreaterThanOrEqual(begin)
  expect(times[0]).toBeLessThanOrEqual(Date.now())
})

test('versions go on after a config was removed and created again', async () => {
  await write('resumed', '{}')
  await configs.call('DELETE /configs/resumed')
  await write('resumed', '{}')
  const changes = await changesOf('resumed')
  expect(changes.map(({ removed }) => removed)).toEqual([false, true, false])
  const versions = changes.map(({ version }) => version)
  expect(versions).toEqual(versions.toSorted((one, other) => other - one))
  expect(new Set(versions).size).toBe(3)
})

test('what was there before there were versions is version 1', async () => {
  expect(await changesOf('datacenter-1')).toMatchObject([{ version: 1, removed: false }])
})

test('a change that is made in SQL is kept, too', async () => {
  const [before] = await write('by-hand', '{"n":1}')
  const sql = postgres(configs.databaseUrl, { max: 1 })
  await sql`update configs.configs set metadata = '{"n":2.0}' where name = 'by-hand'`
  await sql.end()
  const after = await configs.call('GET /configs/by-hand')
  expect(after.headers['etag']).not.toBe(before?.headers['etag'])
  expect((await changesOf('by-hand')).map(({ version }) => version)).toEqual([
    versionOf(after),
    versionOf(before ?? after),
  ])
})

test.each([1, 2, 4, 5, 6])('pages of %d have every change once', async (limit) => {
  const name = `paged-${limit}`
  await write(name, '{"n":1}', '{"n":2}', '{"n":3}', '{"n":4}', '{"n":5}')
  const all = await changesOf(name)
  const pages: (readonly Change[])[] = []
  let next: string | undefined = `/configs/${name}/versions?limit=${limit}`
  while (next !== undefined) {
    const answer: Received = await configs.call(`GET ${next as '/'}`)
    expect(answer.status).toBe(200)
    pages.push(changesIn(answer))
    next = /^<([^>]+)>; rel="next"$/.exec(answer.headers['link'] ?? '')?.[1]
    // A change between two pages is before the first of them.
    await configs.call(`PATCH /configs/${name}`, { body: {} })
  }
  expect(pages.flat()).toEqual(all)
  expect(pages.length).toBe(Math.ceil(5 / limit))
})

test.each(['limit=0', 'limit=1001', 'cursor=x', 'cursor=LTE', 'offset=1'])('?%s is refused', async (query) => {
  const { status, body } = await configs.call(`GET /configs/datacenter-1/versions?${query}`)
  expect(status).toBe(400)
  expect(body).toMatchObject({ errors: [{ at: query.split('=')[0] }] })
})

test('a version is answered to the letter, with its ETag', async () => {
  const written = await write('read', '{"n":[1.0,-0,1e400]}', '{"z":1,"a":2.50}')
  await configs.call('DELETE /configs/read')
  for (const answer of written) {
    const path = `GET /configs/read/versions/${versionOf(answer)}` as const
    const read = await configs.call(path)
    expect(read.status).toBe(200)
    expect(read.bytes.toString()).toBe(answer.bytes.toString())
    expect(read.headers['etag']).toBe(answer.headers['etag'])
    const headers = { 'if-none-match': answer.headers['etag'] ?? '' }
    expect((await configs.call(path, { headers })).status).toBe(304)
  }
})

test.each(['versions/1', 'versions/999999999999', 'diff?from=1&to=2', 'versions'])(
  '%s of nothing is 404',
  async (path) => {
    expect((await configs.call(`GET /configs/nobody/${path}`)).status).toBe(404)
  },
)

test('a removal is no version that can be read or restored', async () => {
  await write('removed', '{}')
  await configs.call('DELETE /configs/removed')
  const [removal] = await changesOf('removed')
  expect((await configs.call(`GET /configs/removed/versions/${removal?.version}`)).status).toBe(404)
  expect((await configs.call(`POST /configs/removed/versions/${removal?.version}/restore`)).status).toBe(404)
})

test.each(['0', '-1', '1.5', 'x', '01', '9'.repeat(19)])('%s is no version', async (version) => {
  const { status, body } = await configs.call(`GET /configs/datacenter-1/versions/${version}`)
  expect(status).toBe(400)
  expect(body).toMatchObject({ errors: [{ at: 'version' }] })
})

test('a version of a name that no config can have any longer is read, and not restored', async () => {
  const sql = postgres(configs.databaseUrl, { max: 1, onnotice: () => {} })
  await sql`insert into configs.configs (name, name_key, metadata) values ('events', 'name', '{"n":1}')`
  await sql`delete from configs.configs where name = 'events'`
  await sql.end()
  const [, created] = await changesOf('events')
  const version = `/configs/events/versions/${created?.version}` as const
  const { status, body } = await configs.call(`POST ${version}/restore`)
  expect(status).toBe(409)
  expect(body).toMatchObject({ detail: expect.stringContaining('path of something else') })
  expect((await configs.call(`GET ${version}`)).body).toEqual({ name: 'events', metadata: { n: 1 } })
})

test('a version is restored as a new one', async () => {
  const [first, second] = await write('restored', '{"n":1.0}', '{"n":2}')
  const answer = await configs.call(`POST /configs/restored/versions/${versionOf(first ?? fail())}/restore`)
  expect(answer.status).toBe(200)
  expect(answer.bytes.toString()).toBe('{"name":"restored","metadata":{"n":1.0}}')
  expect(versionOf(answer)).toBeGreaterThan(versionOf(second ?? fail()))
  const read = await configs.call('GET /configs/restored')
  expect(read.bytes.toString()).toBe(answer.bytes.toString())
  expect(read.headers['etag']).toBe(answer.headers['etag'])
  expect(await changesOf('restored')).toHaveLength(3)
})

test('a removal is undone by restoring what was there', async () => {
  const [first] = await write('undone', '{"n":1.0}')
  await configs.call('DELETE /configs/undone')
  const [, last] = await changesOf('undone')
  const answer = await configs.call(`POST /configs/undone/versions/${last?.version}/restore`)
  expect(answer.status).toBe(201)
  expect(answer.headers['location']).toBe('/configs/undone')
  expect(answer.bytes.toString()).toBe(first?.bytes.toString())
  expect((await configs.call('GET /configs/undone')).bytes.toString()).toBe(first?.bytes.toString())
})

test('restoring depends on If-Match and If-None-Match', async () => {
  const [first, second] = await write('guarded', '{"n":1}', '{"n":2}')
  const restore = `POST /configs/guarded/versions/${versionOf(first ?? fail())}/restore` as const
  const old = { 'if-match': first?.headers['etag'] ?? '' }
  expect((await configs.call(restore, { headers: old })).status).toBe(412)
  expect((await configs.call(restore, { headers: { 'if-none-match': '*' } })).status).toBe(412)
  const now = { 'if-match': second?.headers['etag'] ?? '' }
  expect((await configs.call(restore, { headers: now })).status).toBe(200)
  await configs.call('DELETE /configs/guarded')
  expect((await configs.call(restore, { headers: { 'if-match': '*' } })).status).toBe(412)
  expect((await configs.call(restore, { headers: { 'if-none-match': '*' } })).status).toBe(201)
})

test('of many who restore one version at once, one does', async () => {
  const [first, second] = await write('at-once', '{"n":1}', '{"n":2}')
  const headers = { 'if-match': second?.headers['etag'] ?? '' }
  const restore = `POST /configs/at-once/versions/${versionOf(first ?? fail())}/restore` as const
  const answers = await Promise.all(Array.from({ length: 20 }, () => configs.call(restore, { headers })))
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
  expect(answers.filter(({ status }) => status === 412)).toHaveLength(19)
})

test('the diff of two versions is a patch of the one to the other', async () => {
  const [first, second] = await write(
    'compared',
    '{"a":1,"b":{"c":[1,2,3]},"gone":true}',
    '{"a":1.0,"b":{"c":[1,3]},"new":[]}',
  )
  const query = `from=${versionOf(first ?? fail())}&to=${versionOf(second ?? fail())}`
  const answer = await configs.call(`GET /configs/compared/diff?${query}`)
  expect(answer.status).toBe(200)
  expect(answer.headers['content-type']).toBe('application/json-patch+json')
  expect(answer.bytes.toString()).toBe(
    '[{"op":"remove","path":"/metadata/gone"},{"op":"replace","path":"/metadata/a","value":1.0},' +
      '{"op":"remove","path":"/metadata/b/c/1"},{"op":"add","path":"/metadata/new","value":[]}]',
  )
  await write('compared', '{"a":1,"b":{"c":[1,2,3]},"gone":true}')
  const headers = { 'content-type': 'application/json-patch+json' }
  const patched = await configs.call('PATCH /configs/compared', { body: answer.bytes, headers })
  expect(patched.body).toEqual(second?.body)
})

test.each(['from=1', 'to=1', 'from=x&to=1', 'from=1&to=1&by=1'])('diff?%s is refused', async (query) => {
  expect((await configs.call(`GET /configs/datacenter-1/diff?${query}`)).status).toBe(400)
})

function fail(): never {
  throw new Error('Nothing was written.')
}
