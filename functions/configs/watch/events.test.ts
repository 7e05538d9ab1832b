import postgres, { type Sql } from 'postgres'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'

import type { FunctionInstance } from '../../_runtime/function/instance.ts'
import { callerOf, instanceOf, type Call } from '../../_runtime/testing/call.ts'
import { migratedDatabase, type TestDatabase } from '../../_runtime/testing/database.ts'
import { askOnce, RawConnection } from '../../_runtime/testing/raw-connection.ts'
import { Relay } from '../../_runtime/testing/relay.ts'
import { startHost, type TestHost } from '../../_runtime/testing/test-host.ts'
import { configs } from '../index.ts'
import { migrations } from '../testing/open-configs.ts'
import { EventReader, take, type ReceivedEvent } from './testing/event-source.ts'

let database: TestDatabase
let sql: Sql
/** What changes configs: another process than those that tell. */
let writer: FunctionInstance
let write: Call
const hosts: TestHost[] = []
const readers: EventReader[] = []

beforeAll(async () => {
  database = await migratedDatabase('configs', migrations)
  sql = postgres(database.url, { max: 10, onnotice: () => {} })
  writer = instanceOf(configs, { database: { url: database.url } })
  write = callerOf(writer)
})

afterEach(async () => {
  for (const reader of readers.splice(0)) reader.close()
  await Promise.all(hosts.splice(0).map((host) => host.stop()))
})

afterAll(async () => {
  await sql.end()
  await writer.close()
  await database.drop()
})

/** So long that a test which needs it fails. */
const never = 3_600_000

async function hostWith(watch: Readonly<Record<string, unknown>> = {}, url = database.url): Promise<TestHost> {
  const host = await startHost(configs, { database: { url }, watch: { pollMs: never, ...watch } })
  hosts.push(host)
  return host
}

function readerOf({ port }: TestHost, query = ''): EventReader {
  const reader = new EventReader(`http://127.0.0.1:${port}/configs/events${query}`)
  readers.push(reader)
  return reader
}

/** The id from which what is changed from now on is told. */
async function idNow(host: TestHost): Promise<string> {
  const connection = await RawConnection.open(host.port)
  await connection.send({ target: '/configs/events' })
  try {
    return /^id: (\S+)$/m.exec(await connection.until('\n\n'))?.[1] ?? ''
  } finally {
    connection.destroy()
  }
}

function put(name: string, metadata: unknown): Promise<unknown> {
  const body = `{"name":"${name}","metadata":${typeof metadata === 'string' ? metadata : JSON.stringify(metadata)}}`
  return write(`PUT /configs/${name}?create=true`, { body })
}

interface Told {
  readonly name: string
  readonly version: number
  readonly changedAt: string
  readonly actor: string | null
}

function told({ data }: ReceivedEvent): Told {
  return JSON.parse(data) as Told
}

test('each change is an event, in its order, with where it is', async () => {
  const host = await hostWith()
  const reader = readerOf(host, `?after=${await idNow(host)}`)
  const events = reader.follow()
  const first = take(events, 4)
  await put('told', { n: 1 })
  await put('told', { n: 2 })
  await write('DELETE /configs/told')
  await put('told', { n: 3 })
  const received = await first
  expect(received.map(({ type }) => type)).toEqual(['created', 'replaced', 'removed', 'created'])
  const { body } = await write('GET /configs/told/versions')
  expect(received.map(told).toReversed()).toEqual(
    (body as { version: number; changedAt: string; actor: string }[]).map(({ version, changedAt, actor }) => {
      return { name: 'told', version, changedAt, actor }
    }),
  )
  expect(reader.retryMs).toBe(1000)
  // Whoever comes back with the id of any of them is told of those after it.
  for (const [index, { id }] of received.entries()) {
    if (index === 3) continue
    const again = readerOf(host)
    again.lastEventId = id
    // The id of an event says what else was read with it, which may be another each time.
    expect((await take(again.follow(), 3 - index)).map(told)).toEqual(received.slice(index + 1).map(told))
  }
})

test('the answer says what it is, and HEAD does too', async () => {
  const host = await hostWith()
  const connection = await RawConnection.open(host.port)
  await connection.send({ target: '/configs/events' })
  const begin = await connection.until('\n\n')
  connection.destroy()
  expect(begin).toMatch(/^HTTP\/1\.1 200 OK\r\n/)
  for (const header of ['content-type: text/event-stream', 'cache-control: no-store', 'x-accel-buffering: no']) {
    expect(begin).toContain(`\r\n${header}\r\n`)
  }
  const head = await askOnce(host.port, { method: 'HEAD', target: '/configs/events' })
  expect(head).toMatchObject({ status: 200, headers: { 'content-type': 'text/event-stream' } })
  expect(host.instance.inFlight).toBe(0)
})

test('only names that begin so are told of, with the document to the letter where it is asked for', async () => {
  const host = await hostWith()
  const events = readerOf(host, `?prefix=only-&include=document&after=${await idNow(host)}`).follow()
  const received = take(events, 4)
  await put('other', { n: 1 })
  await put('only-one', '{"n":[1.0,-0,1e400,12345678901234567890]}')
  await put('only-one', '{"text":"a\\nb"}')
  await write('DELETE /configs/only-one')
  await sql`insert into configs.configs (name, name_key, metadata) values ('only-two', 'dcname', ${'{\n"n":\n1}'}::text::json)`
  await put('other', { n: 2 })
  const [created, replaced, removed, byHand] = await received
  expect(created?.data).toContain(
    '"document":{"name":"only-one","metadata":{"n":[1.0,-0,1e400,12345678901234567890]}}}',
  )
  expect(JSON.parse(replaced?.data ?? '')).toMatchObject({ document: { metadata: { text: 'a\nb' } } })
  expect(JSON.parse(removed?.data ?? '')).not.toHaveProperty('document')
  expect(JSON.parse(byHand?.data ?? '')).toMatchObject({ document: { dcname: 'only-two', metadata: { n: 1 } } })
})

test('what somebody changes with psql is told when those who follow look of their own accord', async () => {
  const host = await hostWith({ pollMs: 100 })
  const received = take(readerOf(host, `?prefix=by-hand&after=${await idNow(host)}`).follow(), 1)
  await sql`insert into configs.configs (name, name_key, metadata) values ('by-hand', 'name', '{}')`
  expect((await received).map(({ type }) => type)).toEqual(['created'])
})

test('streams end before their time, and whoever comes back misses nothing and hears nothing twice', async () => {
  const host = await hostWith({ seconds: 1 })
  const after = await idNow(host)
  const names = ['shared-0', 'shared-1', 'shared-2']
  const clients = Array.from({ length: 8 }, async (_, client) => {
    // Some come late, from the beginning.
    const events = readerOf(host, `?prefix=shared-&after=${after}`).follow()
    if (client % 2 === 1) await new Promise((resolve) => setTimeout(resolve, client * 150))
    return take(events, 4 * 100)
  })
  const writers = Array.from({ length: 4 }, async (_, client) => {
    for (let round = 0; round < 100; round += 1) {
      const name = names[(client + round) % names.length] ?? ''
      await sql.begin(async (transaction) => {
        await transaction`
          insert into configs.configs (name, name_key, metadata) values (${name}, 'name', '{}')
          on conflict (name) do update set metadata = '{"n":1}'`
        await transaction`select pg_sleep(${(client * 7 + round * 3) % 20} / 1000.0)`
      })
    }
    // Those in SQL tell nobody: one that does follows.
    await put(`told-${client}`, {})
  })
  await Promise.all(writers)
  const [all] = await sql<{ versions: string[] }[]>`
    select json_agg(version order by version) as versions from configs.changes where name like 'shared-%'`
  for (const received of await Promise.all(clients)) {
    const changes = received.map(told)
    expect(changes.map(({ version }) => version).toSorted((one, other) => one - other)).toEqual(all?.versions)
    for (const name of names) {
      const versions = changes.filter((change) => change.name === name).map(({ version }) => version)
      expect(versions).toEqual(versions.toSorted((one, other) => one - other))
    }
  }
}, 60_000)

test('whoever comes back after what he had not heard was deleted is told so, and goes on with what there is', async () => {
  const host = await hostWith()
  const reader = readerOf(host, '?prefix=gap-')
  reader.lastEventId = await idNow(host)
  await put('gap-1', {})
  await put('gap-2', {})
  await sql`
    with deleted as (delete from configs.changes where name = 'gap-1' returning transaction)
    update configs.changes_pruned set through = deleted.transaction from deleted`
  const events = reader.follow()
  const [gap, rest] = await take(events, 2)
  expect(gap).toMatchObject({ type: 'gap' })
  expect(gap?.data).toContain('GET /configs')
  expect(told(rest ?? fail())).toMatchObject({ name: 'gap-2' })
  const again = readerOf(host, '?prefix=gap-')
  again.lastEventId = rest?.id ?? ''
  const next = take(again.follow(), 1)
  await put('gap-3', {})
  expect((await next).map(({ type }) => type)).toEqual(['created'])
})

test.each(['?after=x', '?after=', '?prefix=*', '?include=all', '?other=1'])('%s is refused', async (query) => {
  const { port } = await hostWith()
  expect((await askOnce(port, { target: `/configs/events${query}` })).status).toBe(400)
})

test('an id that is none of ours is refused, an empty one is none', async () => {
  const { port } = await hostWith({ seconds: 1 })
  const refused = await askOnce(port, { target: '/configs/events', headers: ['last-event-id: 17'] })
  expect(refused.status).toBe(400)
  expect(refused.body).toContain('last-event-id')
  const ended = await askOnce(port, { target: '/configs/events', headers: ['last-event-id:'] })
  expect(ended).toMatchObject({ status: 200, body: expect.stringMatching(/^retry: 1000\nid: \S+\n\n$/) })
})

test('no config is named as the stream is', async () => {
  const { port } = await hostWith()
  const body = '{"name":"events","metadata":{}}'
  const headers = ['content-type: application/json']
  const refused = await askOnce(port, { method: 'POST', target: '/configs', headers, body })
  expect(refused.status).toBe(400)
  expect(JSON.parse(refused.body)).toMatchObject({ errors: [{ at: '/name' }] })
  expect((await askOnce(port, { method: 'PUT', target: '/configs/events', headers, body })).status).toBe(405)
})

test('above the places there are the answer is 429, and other requests are answered', async () => {
  const host = await hostWith({ places: 1 })
  const connection = await RawConnection.open(host.port)
  await connection.send({ target: '/configs/events' })
  await connection.until('\n\n')
  expect(await askOnce(host.port, { target: '/configs/events' })).toMatchObject({
    status: 429,
    headers: { 'retry-after': '5' },
  })
  expect((await askOnce(host.port, { target: '/configs' })).status).toBe(200)
  connection.destroy()
  await expect.poll(async () => (await idNow(host)) !== '').toBe(true)
})

test('a drain ends the streams at once', async () => {
  const host = await hostWith()
  const clients = await Promise.all(Array.from({ length: 10 }, () => RawConnection.open(host.port)))
  for (const client of clients) await client.send({ target: '/configs/events' })
  for (const client of clients) await client.until('\n\n')
  host.instance.drain()
  const cutOff = host.host.drain({ listenMs: 0, idleMs: 0, timeoutMs: 15_000 })
  for (const client of clients) expect((await client.answer()).status).toBe(200)
  expect(await cutOff).toBe(0)
})

test('those who follow while the database is away are told of everything after it', async () => {
  const relay = await Relay.to(new URL(database.url))
  try {
    const host = await hostWith({ pollMs: 100 }, relay.url)
    const events = readerOf(host, `?prefix=away-&after=${await idNow(host)}`).follow()
    const received = take(events, 3)
    await put('away-1', {})
    await expect.poll(() => host.instance.inFlight).toBe(0)
    relay.welcome = 'hang up'
    relay.cut()
    await put('away-2', {})
    await new Promise((resolve) => setTimeout(resolve, 500))
    relay.welcome = 'pass on'
    await put('away-3', {})
    expect((await received).map((event) => told(event).name)).toEqual(['away-1', 'away-2', 'away-3'])
  } finally {
    await relay.close()
  }
})

function fail(): never {
  throw new Error('Nothing was told.')
}
