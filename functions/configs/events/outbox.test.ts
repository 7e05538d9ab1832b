import postgres, { type Sql } from 'postgres'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'

import { callerOf, instanceOf, type Call } from '../../_runtime/testing/call.ts'
import { migratedDatabase, type TestDatabase } from '../../_runtime/testing/database.ts'
import { configs } from '../index.ts'
import { samplesOf } from '../../_runtime/testing/samples.ts'
import { migrations } from '../testing/open-configs.ts'
import { EventSink, type ArrivedEvent } from './testing/event-sink.ts'

vi.setConfig({ testTimeout: 90_000 })

const patience = { timeout: 60_000 }
let sink: EventSink
let database: TestDatabase
let sql: Sql
const opened: { close(): Promise<unknown> }[] = []

beforeEach(async () => {
  sink = await EventSink.open()
  database = await migratedDatabase('configs', migrations)
  sql = postgres(database.url, { max: 2 })
})

afterEach(async () => {
  await Promise.all(opened.splice(0).map((each) => each.close()))
  await sql.end()
  await sink.close()
  await database.drop()
})

interface OpenFunction {
  readonly call: Call
  readonly samples: () => Record<string, number>
  readonly close: () => Promise<void>
}

/** The function on the database of the test; several are as several processes. */
function open(events: Readonly<Record<string, unknown>> = {}): OpenFunction {
  const settings = {
    events: { sink: sink.url, ...events },
    database: { url: database.url },
    drain: { timeoutMs: 3000 },
  }
  const instance = instanceOf(configs, settings)
  const made = {
    call: callerOf(instance),
    samples: () => samplesOf(instance.metrics),
    close: () => instance.close(),
  }
  opened.push(made)
  return made
}

function told({ attributes, data }: ArrivedEvent): unknown[] {
  return [attributes['type']?.replace('dev.quartet.configs.config.', ''), attributes['subject'], data]
}

async function put(call: Call, name: string, n: number): Promise<void> {
  const { status } = await call(`PUT /configs/${name}?create=true`, { body: { name, metadata: { n } } })
  expect([200, 201]).toContain(status)
}

/** The versions of all changes of each name, in their order. */
async function changes(): Promise<Map<string, string[]>> {
  const rows = await sql<
    { name: string; version: string }[]
  >`select name, version from configs.changes order by version`
  const byName = Map.groupBy(rows, ({ name }) => name)
  return new Map([...byName].map(([name, those]) => [name, those.map(({ version }) => version)]))
}

/** The versions that were taken of each name, the first time that each was. */
function takenOnce(): Map<string, string[]> {
  return new Map([...sink.idsByName].map(([name, ids]) => [name, [...new Set(ids)]]))
}

async function undelivered(): Promise<unknown[]> {
  return [...(await sql`select name, kind, reason, tries from configs.undelivered order by version`)]
}

test('every change arrives, with its document to the letter', async () => {
  const { call } = open()
  const text = '{"name":"a","metadata":{"z":1.0,"b":12345678901234567890}}'
  expect((await call('POST /configs', { body: text })).status).toBe(201)
  await call('PUT /configs/a', { body: '{"dcname":"a","metadata":{}}' })
  await call('PATCH /configs/a', { body: { metadata: { n: 1 } } })
  await call('DELETE /configs/a')
  await put(call, 'b', 1)
  await expect.poll(() => sink.taken.length, patience).toBe(5)
  const byName = Map.groupBy(sink.taken, ({ attributes }) => attributes['subject'])
  expect(byName.get('a')?.map(told)).toEqual([
    ['created', 'a', text],
    ['replaced', 'a', '{"dcname":"a","metadata":{}}'],
    ['replaced', 'a', '{"dcname":"a","metadata":{"n":1}}'],
    ['removed', 'a', undefined],
  ])
  expect(byName.get('b')?.map(told)).toEqual([['created', 'b', '{"name":"b","metadata":{"n":1}}']])
  const [first] = byName.get('a') ?? []
  expect(first?.attributes).toMatchObject({ specversion: '1.0', source: '/configs' })
  expect(first?.attributes['time']).toBe(new Date(first?.attributes['time'] ?? '').toISOString())
  expect(first?.headers['content-type']).toBe('application/json')
  expect(byName.get('a')?.at(-1)?.headers['content-type']).toBeUndefined()
  expect(takenOnce()).toEqual(await changes())
})

test('events of one config come in their order, those of others at once, whoever writes', async () => {
  sink.behavior = () => new Promise((resolve) => setTimeout(resolve, Math.random() * 20))
  const writers = [open({ concurrency: 4 }), open({ concurrency: 4 })]
  const names = Array.from({ length: 12 }, (_, index) => `config-${index}`)
  await Promise.all(
    writers.flatMap(({ call }) =>
      names.map(async (name) => {
        for (let n = 0; n < 10; n += 1) await put(call, name, n)
      }),
    ),
  )
  await expect.poll(() => sink.taken.length, patience).toBe(240)
  expect(sink.idsByName).toEqual(await changes())
  expect(sink.mostAtOnce).toBeGreaterThan(1)
  expect(sink.mostAtOnce).toBeLessThanOrEqual(4)
})

test('what came while the sink was away is sent when it is back', async () => {
  const { call } = open()
  await put(call, 'a', 1)
  await expect.poll(() => sink.taken.length, patience).toBe(1)
  await sink.close()
  for (let n = 2; n < 12; n += 1) await put(call, 'a', n)
  await put(call, 'b', 1)
  await sink.listen()
  await expect.poll(() => sink.taken.length, patience).toBe(12)
  expect(sink.idsByName).toEqual(await changes())
  expect(await undelivered()).toEqual([])
})

test('what a process has left is sent after the next request of another, even one that only reads', async () => {
  const first = open()
  await put(first.call, 'a', 1)
  await expect.poll(() => sink.taken.length, patience).toBe(1)
  await sink.close()
  await put(first.call, 'a', 2)
  await first.close()
  await sink.listen()
  const second = open()
  expect((await second.call('GET /configs/a')).status).toBe(200)
  await expect.poll(() => sink.taken.length, patience).toBe(2)
  expect(sink.idsByName).toEqual(await changes())
})

test('what was written last is sent before the function is closed', async () => {
  const { call, close } = open()
  for (let n = 0; n < 20; n += 1) await put(call, `config-${n}`, n)
  await close()
  expect(takenOnce()).toEqual(await changes())
})

test('a sink that does not answer keeps nobody from closing', async () => {
  const hold = Promise.withResolvers<void>()
  sink.behavior = () => hold.promise
  const { call, close } = open()
  await put(call, 'a', 1)
  await expect.poll(() => sink.arrived.length, patience).toBe(1)
  await close()
  hold.resolve()
  sink.behavior = () => {}
  await open().call('GET /configs')
  await expect.poll(() => takenOnce(), patience).toEqual(await changes())
})

test('an event that the sink refuses is put aside, and the others are sent', async () => {
  sink.behavior = ({ attributes, data }, response) => {
    if (attributes['subject'] === 'bad' && data?.includes('"n":1}')) response.writeHead(422).end('{"no":"secret"}')
  }
  const { call, samples } = open()
  await put(call, 'bad', 1)
  await put(call, 'bad', 2)
  await put(call, 'good', 1)
  await expect.poll(() => sink.taken.length, patience).toBe(2)
  await expect.poll(undelivered, patience).toEqual([{ name: 'bad', kind: 'created', reason: 'HTTP 422', tries: 1 }])
  expect(sink.arrived.length).toBe(3)
  expect(samples()).toMatchObject({
    'configs_events_total{outcome="taken"}': 2,
    'configs_events_total{outcome="refused"}': 1,
    'configs_event_delay_seconds_count{}': 2,
  })
})

test('an event that fails while others are taken is tried again, and put aside at last', async () => {
  sink.behavior = ({ attributes }, response) => {
    if (attributes['subject'] === 'bad') response.writeHead(500).end()
  }
  const { call } = open({ attempts: 3 })
  await put(call, 'bad', 1)
  for (let n = 0; n < 100; n += 1) await put(call, `good-${n % 10}`, n)
  await expect.poll(() => sink.taken.length, patience).toBe(100)
  const putAside = { name: 'bad', kind: 'created', reason: 'HTTP 500', tries: expect.any(Number) }
  await expect.poll(undelivered, patience).toEqual([putAside])
  // Those behind it were sent once, though it was tried several times.
  const tries = sink.arrived.length - 100
  expect(await undelivered()).toEqual([{ ...putAside, tries }])
  expect(tries).toBeGreaterThanOrEqual(3)
})

test('a sink that fails for all is not blamed on an event', async () => {
  let failures = 0
  sink.behavior = (_, response) => {
    if (failures < 3) response.writeHead(503).end()
    failures += 1
  }
  const { call } = open({ attempts: 2 })
  await put(call, 'a', 1)
  await expect.poll(() => sink.taken.length, patience).toBe(1)
  expect(await undelivered()).toEqual([])
})

test('Retry-After is waited for', async () => {
  const times: number[] = []
  sink.behavior = (_, response) => {
    times.push(performance.now())
    if (times.length === 1) response.writeHead(429, { 'retry-after': '2' }).end()
  }
  await put(open().call, 'a', 1)
  await expect.poll(() => sink.taken.length, patience).toBe(1)
  expect((times[1] ?? 0) - (times[0] ?? 0)).toBeGreaterThanOrEqual(1990)
})

test('events begin when they are given an address, with the first change after that', async () => {
  const without = open({ sink: undefined })
  await put(without.call, 'before', 1)
  expect(await sql`select from configs.outbox`).toHaveLength(0)
  await sql`update configs.changes set changed_at = now() - interval '1 minute'`
  const { call } = open()
  await put(call, 'after', 1)
  await expect.poll(() => sink.taken.length, patience).toBe(1)
  await put(call, 'after', 2)
  await expect.poll(() => sink.taken.length, patience).toBe(2)
  expect([...sink.idsByName.keys()]).toEqual(['after'])
  expect(Object.keys(without.samples()).filter((name) => name.startsWith('configs_events_total'))).toEqual([])
})

test('a change whose document is no longer kept is put aside', async () => {
  const { call, close } = open()
  await put(call, 'a', 1)
  await expect.poll(() => sink.taken.length, patience).toBe(1)
  await sink.close()
  await put(call, 'a', 2)
  await put(call, 'a', 3)
  await close()
  await sql`delete from configs.versions`
  await sink.listen()
  await open().call('GET /configs')
  await expect.poll(() => sink.taken.length, patience).toBe(2)
  await expect
    .poll(undelivered, patience)
    .toEqual([{ name: 'a', kind: 'replaced', reason: 'its document is no longer kept (retentionDays)', tries: 0 }])
})

test('an event can be one JSON document, with attributes of the platform', async () => {
  const overrides = { extensions: { region: 'é 1' } }
  const { call } = open({ mode: 'structured', source: 'https://example.com/configs', overrides })
  await call('POST /configs', { body: '{"name":"a","metadata":{"z":1.0}}' })
  await call('DELETE /configs/a')
  await expect.poll(() => sink.taken.length, patience).toBe(2)
  const [created, removed] = sink.taken
  expect(created?.headers['content-type']).toBe('application/cloudevents+json; charset=utf-8')
  expect(created?.data).toBe('{"name":"a","metadata":{"z":1.0}}')
  expect(created?.attributes).toMatchObject({
    source: 'https://example.com/configs',
    type: 'dev.quartet.configs.config.created',
    datacontenttype: 'application/json',
    region: 'é 1',
  })
  expect(removed?.attributes).not.toHaveProperty('datacontenttype')
  expect(removed?.data).toBeUndefined()
})
