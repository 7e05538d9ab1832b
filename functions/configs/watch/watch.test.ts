import postgres, { type Sql } from 'postgres'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'

import type { FunctionInstance } from '../../_runtime/function/instance.ts'
import { callerOf, instanceOf, type Call, type Received } from '../../_runtime/testing/call.ts'
import { migratedDatabase, type TestDatabase } from '../../_runtime/testing/database.ts'
import { askOnce, RawConnection } from '../../_runtime/testing/raw-connection.ts'
import { Relay } from '../../_runtime/testing/relay.ts'
import { startHost, type TestHost } from '../../_runtime/testing/test-host.ts'
import { configs } from '../index.ts'
import { migrations } from '../testing/open-configs.ts'

let database: TestDatabase
let sql: Sql
/** What changes configs: another process than those that wait. */
let writer: FunctionInstance
let write: Call
const opened: FunctionInstance[] = []
const hosts: TestHost[] = []
const connections: RawConnection[] = []

/** So long that a test which needs it fails. */
const never = 3_600_000

beforeAll(async () => {
  database = await migratedDatabase('configs', migrations)
  sql = postgres(database.url, { max: 2, onnotice: () => {} })
  writer = instanceOf(configs, { database: { url: database.url } })
  write = callerOf(writer)
})

afterEach(async () => {
  for (const connection of connections.splice(0)) connection.destroy()
  await Promise.all(hosts.splice(0).map((host) => host.stop()))
  await Promise.all(opened.splice(0).map((instance) => instance.close()))
})

afterAll(async () => {
  await sql.end()
  await writer.close()
  await database.drop()
})

function settingsWith(watch: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return { database: { url: database.url }, watch: { pollMs: never, ...watch } }
}

function openWith(watch: Readonly<Record<string, unknown>> = {}): FunctionInstance {
  const instance = instanceOf(configs, settingsWith(watch))
  opened.push(instance)
  return instance
}

async function hostWith(
  watch: Readonly<Record<string, unknown>>,
  limits: Readonly<Record<string, unknown>> = {},
): Promise<TestHost> {
  const host = await startHost(configs, { ...settingsWith(watch), limits })
  hosts.push(host)
  return host
}

function put(name: string, metadata: unknown): Promise<Received> {
  return write(`PUT /configs/${name}?create=true`, { body: { name, metadata } })
}

async function tagOf(path: `/${string}`): Promise<string> {
  const { headers } = await write(`GET ${path}`)
  return headers['etag'] ?? ''
}

function waitFor(call: Call, path: `/${string}`, known: string, seconds = 60): Promise<Received> {
  return call(`GET ${path}`, { headers: { 'if-none-match': known, prefer: `wait=${seconds}` } })
}

interface Backend {
  readonly pid: number
  readonly query: string
}

async function listeners(): Promise<Backend[]> {
  return sql<Backend[]>`
    select pid, query from pg_stat_activity where datname = current_database() and query ilike 'listen%'`
}

/** Waits until all who wait have asked what there is, and somebody listens. */
async function settled(count = 1): Promise<Backend> {
  await expect.poll(listeners, { timeout: 10_000 }).toHaveLength(count)
  const [listener] = await listeners()
  if (!listener) throw new Error('Nobody listens.')
  return listener
}

test.each([
  '/configs?prefix=tagged',
  '/search?metadata.tagged=true',
  '/configs?prefix=tagged&fields=name&limit=1',
] as const)('a page of %s has a weak ETag of its own, by which a client that has it is told so', async (path) => {
  await put('tagged-1', { tagged: true, path })
  const first = await write(`GET ${path}`)
  const tag = first.headers['etag'] ?? ''
  expect(tag).toMatch(/^W\/"[0-9a-z]+"$/)
  const headers = { 'if-none-match': `"other", ${tag}` }
  const known = await write(`GET ${path}`, { headers })
  expect(known).toMatchObject({ status: 304, headers: { etag: tag } })
  expect(known.bytes).toHaveLength(0)
  await put('tagged-1', { tagged: true, path, again: true })
  expect(await write(`GET ${path}`, { headers })).toMatchObject({ status: 200 })
  const changed = await tagOf(path)
  expect(changed).not.toBe(tag)
  // That there is a next page is a part of it.
  await put('tagged-2', { tagged: true })
  expect(await tagOf(path)).not.toBe(changed)
  await write('DELETE /configs/tagged-2')
  expect(await tagOf(path)).toBe(changed)
})

test('a reader waits for the next version, of this process or of another', async () => {
  const call = callerOf(openWith())
  for (const change of [
    put,
    (name: string, metadata: unknown) => call(`PUT /configs/${name}`, { body: { name, metadata } }),
  ]) {
    await put('awaited', { n: 1 })
    const waiting = waitFor(call, '/configs/awaited', await tagOf('/configs/awaited'))
    await settled()
    const { headers } = await change('awaited', { n: 2.5 })
    const answer = await waiting
    expect(answer).toMatchObject({ status: 200, body: { name: 'awaited', metadata: { n: 2.5 } } })
    expect(answer.headers).toMatchObject({ etag: headers['etag'], 'preference-applied': 'wait=50' })
  }
})

test('a reader is answered at once what it does not have', async () => {
  const call = callerOf(openWith())
  await put('behind', {})
  expect(await waitFor(call, '/configs/behind', '"1"')).toMatchObject({ status: 200 })
  expect(await waitFor(call, '/configs?prefix=behind', 'W/"other"')).toMatchObject({ status: 200 })
})

test('who waited in vain is answered 304 when its time, or the time that there is, is over', async () => {
  const calls = [callerOf(openWith()), callerOf(openWith({ seconds: 1 }))] as const
  await put('quiet', {})
  const tag = await tagOf('/configs/quiet')
  const answers = await Promise.all([
    waitFor(calls[0], '/configs/quiet', tag, 1),
    waitFor(calls[1], '/configs/quiet', tag),
  ])
  for (const answer of answers) {
    expect(answer).toMatchObject({ status: 304, headers: { etag: tag, 'preference-applied': 'wait=1' } })
  }
})

test.each<[string, Readonly<Record<string, string>>]>([
  ['without If-None-Match', { prefer: 'wait=60' }],
  ['with wait=0', { prefer: 'wait=0', 'if-none-match': '"1"' }],
  ['with a wait that cannot be read', { prefer: 'wait=soon', 'if-none-match': '"1"' }],
  ['with If-None-Match: *', { prefer: 'wait=60', 'if-none-match': '*' }],
])('nobody waits %s', async (_, headers) => {
  const call = callerOf(openWith())
  await put('asked', {})
  const answer = await call('GET /configs/asked', { headers })
  expect(answer.status).toBe(headers['if-none-match'] === '*' ? 304 : 200)
  expect(answer.headers['preference-applied']).toBeUndefined()
  expect((await call('GET /configs/nobody', { headers })).status).toBe(404)
  expect(await listeners()).toEqual([])
})

test('a removal is waited for, and with the ETag "0" a creation', async () => {
  const call = callerOf(openWith())
  await put('comes', {})
  const removed = waitFor(call, '/configs/comes', await tagOf('/configs/comes'))
  await settled()
  await write('DELETE /configs/comes')
  expect(await removed).toMatchObject({ status: 404 })
  const created = waitFor(call, '/configs/comes', '"0"')
  await settled()
  await put('comes', { n: 1 })
  expect(await created).toMatchObject({ status: 200, body: { metadata: { n: 1 } } })
  expect(await waitFor(call, '/configs/nobody', '"0"', 1)).toMatchObject({ status: 404 })
})

test.each(['/configs?prefix=listed', '/search?metadata.listed=true'] as const)(
  'a page of %s is waited for, whatever changes it',
  async (path) => {
    const call = callerOf(openWith())
    await put('listed-1', { listed: true })
    const changes: (() => Promise<unknown>)[] = [
      () => put('listed-2', { listed: true }),
      () => put('listed-1', { listed: true, again: true }),
      () => write('DELETE /configs/listed-2'),
    ]
    for (const change of changes) {
      const tag = await tagOf(path)
      const waiting = waitFor(call, path, tag)
      await settled()
      // What is no part of the page ends nobody's wait.
      await put('elsewhere', { n: Math.random() })
      await change()
      const answer = await waiting
      expect(answer.status).toBe(200)
      expect(answer.headers['etag']).not.toBe(tag)
      expect(answer.headers['etag']).toBe(await tagOf(path))
    }
  },
)

test('a change by somebody with psql is seen when those who wait look of their own accord', async () => {
  const call = callerOf(openWith({ pollMs: 100 }))
  await put('by-hand', { n: 1 })
  const waiting = waitFor(call, '/configs/by-hand', await tagOf('/configs/by-hand'))
  await settled()
  await sql`update configs.configs set metadata = '{"n":2}' where name = 'by-hand'`
  expect(await waiting).toMatchObject({ status: 200, body: { metadata: { n: 2 } } })
})

test('thousands wait on one connection beside the pool, and all of them are answered', async () => {
  const instance = openWith({ places: 3000 })
  const call = callerOf(instance)
  await put('crowded', { n: 1 })
  // From now on it is open, and a request that waits has stepped aside before the next one comes.
  await call('GET /configs/crowded')
  const [one, list] = [await tagOf('/configs/crowded'), await tagOf('/configs?prefix=crowded')]
  const waiting = Array.from({ length: 3000 }, (_, client) => {
    return client % 3 === 0 ? waitFor(call, '/configs?prefix=crowded', list) : waitFor(call, '/configs/crowded', one)
  })
  await settled()
  const [counted] = await sql<{ count: number }[]>`
    select count(*)::int from pg_stat_activity
    where datname = current_database() and application_name = 'quartet' and pid <> pg_backend_pid()`
  // The writer has a pool, too.
  expect(counted?.count).toBeLessThanOrEqual(5 + 5 + 1)
  expect(instance.inFlight).toBe(0)
  await put('crowded', { n: 2 })
  const answers = await Promise.all(waiting)
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
})

test('hundreds who wait for different pages leave connections to those who do not wait', async () => {
  const call = callerOf(openWith())
  await put('paged-1', { n: 1 })
  await call('GET /configs/paged-1')
  const paths = Array.from({ length: 300 }, (_, client) => `/configs?prefix=paged&limit=${client + 1}` as const)
  const tag = await tagOf('/configs?prefix=paged')
  const waiting = paths.map((path) => waitFor(call, path, tag))
  await settled()
  await put('paged-0', { n: 1 })
  expect((await call('GET /configs/paged-0')).status).toBe(200)
  for (const answer of await Promise.all(waiting)) expect(answer.status).toBe(200)
})

test('no change of many is missed, by whoever asks again with what it was answered', async () => {
  const call = callerOf(openWith())
  await put('followed', { n: 0 })
  const follow = async (): Promise<number[]> => {
    const seen: number[] = []
    let tag = '"0"'
    while (seen.at(-1) !== 50) {
      const answer = await waitFor(call, '/configs/followed', tag)
      tag = answer.headers['etag'] ?? ''
      seen.push((answer.body as { metadata: { n: number } }).metadata.n)
    }
    return seen
  }
  const following = Array.from({ length: 5 }, follow)
  for (let n = 1; n <= 50; n += 1) await put('followed', { n })
  for (const seen of await Promise.all(following)) expect(seen).toEqual(seen.toSorted((one, other) => one - other))
})

test('a connection that is ended is made again, and nobody is lost with it', async () => {
  const call = callerOf(openWith({ pollMs: 200 }))
  await put('kept', { n: 1 })
  const waiting = waitFor(call, '/configs/kept', await tagOf('/configs/kept'))
  const before = await settled()
  await sql`select pg_terminate_backend(${before.pid})`
  await expect.poll(async () => (await listeners()).map(({ pid }) => pid !== before.pid)).toEqual([true])
  await put('kept', { n: 2 })
  expect(await waiting).toMatchObject({ status: 200, body: { metadata: { n: 2 } } })
})

test('while the database is away those who wait go on, and are told when it stays so', async () => {
  const relay = await Relay.to(new URL(database.url))
  try {
    const instance = instanceOf(configs, { database: { url: relay.url, poolSize: 1 }, watch: { pollMs: 100 } })
    opened.push(instance)
    const call = callerOf(instance)
    await put('outlived', { n: 1 })
    const [tag, listTag] = [await tagOf('/configs/outlived'), await tagOf('/configs?prefix=outlived')]
    const patient = [waitFor(call, '/configs/outlived', tag), waitFor(call, '/configs?prefix=outlived', listTag)]
    const short = waitFor(call, '/configs/outlived', tag, 2)
    await settled()
    // One after another: when the second is answered, what those who wait asked before it is.
    for (let asked = 0; asked < 2; asked += 1) await call('GET /configs/outlived')
    relay.welcome = 'hang up'
    relay.cut()
    expect(await short).toMatchObject({ status: 503, headers: { 'retry-after': expect.stringMatching(/^\d+$/) } })
    // What is changed meanwhile is what they are told.
    await put('outlived', { n: 2 })
    relay.welcome = 'pass on'
    for (const answer of await Promise.all(patient)) expect(answer.status).toBe(200)
  } finally {
    await relay.close()
  }
})

test('above the places there are the answer is 429, until a client leaves; other requests are answered', async () => {
  const { port, instance } = await hostWith({ places: 2 }, { inFlight: 1 })
  await put('placed', {})
  const tag = await tagOf('/configs/placed')
  const request = { target: '/configs/placed', headers: [`if-none-match: ${tag}`, 'prefer: wait=60'] }
  for (let client = 0; client < 2; client += 1) {
    const connection = await RawConnection.open(port)
    connections.push(connection)
    await connection.send(request)
    await expect.poll(() => instance.inFlight).toBe(0)
  }
  await settled()
  const refused = await askOnce(port, request)
  expect(refused).toMatchObject({ status: 429, headers: { 'retry-after': '5' } })
  expect((await askOnce(port, { target: '/configs/placed' })).status).toBe(200)
  connections[0]?.destroy()
  const short = { ...request, headers: [`if-none-match: ${tag}`, 'prefer: wait=1'] }
  await expect.poll(async () => (await askOnce(port, short)).status, { timeout: 10_000 }).toBe(304)
})

test('a drain ends every wait at once, with what there is', async () => {
  const { port, host, instance } = await hostWith({})
  await put('drained', {})
  const tag = await tagOf('/configs/drained')
  for (let client = 0; client < 20; client += 1) {
    const connection = await RawConnection.open(port)
    connections.push(connection)
    await connection.send({ target: '/configs/drained', headers: [`if-none-match: ${tag}`, 'prefer: wait=60'] })
  }
  await settled()
  instance.drain()
  const cutOff = host.drain({ listenMs: 0, idleMs: 0, timeoutMs: 15_000 })
  for (const connection of connections) expect(await connection.answer()).toMatchObject({ status: 304 })
  expect(await cutOff).toBe(0)
  await instance.close()
  await expect.poll(listeners).toEqual([])
})
