import { randomBytes } from 'node:crypto'

import { afterEach, beforeEach, expect, test, vi } from 'vitest'

import { migratedDatabase, type TestDatabase } from '../_runtime/testing/database.ts'
import { OtlpReceiver, type ReceivedSpan } from '../_runtime/testing/otlp-receiver.ts'
import { startHost, type TestHost } from '../_runtime/testing/test-host.ts'
import { EventSink } from './events/testing/event-sink.ts'
import { configs } from './index.ts'
import { migrations } from './testing/open-configs.ts'

vi.setConfig({ testTimeout: 90_000 })

const patience = { timeout: 60_000 }
let receiver: OtlpReceiver
let sink: EventSink
let database: TestDatabase
let host: TestHost

beforeEach(async () => {
  receiver = await OtlpReceiver.start()
  sink = await EventSink.open()
  database = await migratedDatabase('configs', migrations)
  host = await startHost(configs, {
    database: { url: database.url },
    events: { sink: sink.url, mode: 'structured' },
    tracing: { endpoint: receiver.url },
  })
})

afterEach(async () => {
  await host.stop()
  await sink.close()
  await database.drop()
  receiver.stop()
})

interface Sent {
  readonly method?: string
  readonly body?: unknown
  readonly isSampled?: boolean
  readonly headers?: Readonly<Record<string, string>>
}

/** @returns the trace in which it asked */
async function ask(path: string, { method = 'GET', body, isSampled = true, headers = {} }: Sent = {}): Promise<string> {
  const traceId = randomBytes(16).toString('hex')
  const response = await fetch(`http://127.0.0.1:${host.port}${path}`, {
    method,
    headers: {
      'content-type': 'application/json',
      traceparent: `00-${traceId}-00f067aa0ba902b7-0${Number(isSampled)}`,
      ...headers,
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  await response.arrayBuffer()
  return traceId
}

function put(name: string, sent: Omit<Sent, 'body'> = {}): Promise<string> {
  return ask('/configs', { method: 'POST', body: { name, metadata: { name } }, ...sent })
}

/** What was done in a trace, by the span of its request. */
async function spansOf(traceId: string): Promise<ReceivedSpan[]> {
  await host.stop()
  return receiver.spans.filter(({ traceId: of, name }) => of === traceId && !['cold start', 'Node.js'].includes(name))
}

test('each statement is a span of the request, with its text and none of its values', async () => {
  await put('beta')
  const trace = await ask('/configs/beta')
  const [request, statement, ...others] = (await spansOf(trace)).toSorted((one, other) =>
    one.kind < other.kind ? 1 : -1,
  )
  expect(request).toMatchObject({ name: 'GET /configs/:name', kind: 'server' })
  expect(others).toEqual([])
  expect(statement).toMatchObject({
    name: 'SELECT configs.configs',
    kind: 'client',
    parentSpanId: request?.spanId,
    isError: false,
    attributes: {
      'db.system.name': 'postgresql',
      'db.namespace': new URL(database.url).pathname.slice(1),
      'db.query.summary': 'SELECT configs.configs',
      'server.address': expect.any(String) as string,
      'server.port': expect.any(Number) as number,
    },
  })
  const text = String(statement?.attributes['db.query.text'])
  expect(text).toContain('where name = any($1::text::text[])')
  expect(text).not.toContain('beta')
})

test('requests whose changes are one statement have it in each of their traces', async () => {
  const names = Array.from({ length: 40 }, (_, index) => `together-${index}`)
  const traces = await Promise.all(names.map((name) => put(name)))
  await host.stop()
  const statements = receiver.spans.filter(({ kind }) => kind === 'client')
  for (const trace of traces) expect(statements.filter(({ traceId }) => traceId === trace)).not.toEqual([])
  expect(statements.some(({ attributes }) => Number(attributes['quartet.batch.size']) > 1)).toBe(true)
})

test('an event goes on with the trace of the request that made the change, whoever else is written with it', async () => {
  const names = Array.from({ length: 20 }, (_, index) => `told-${index}`)
  const traces = await Promise.all(names.map((name) => put(name, { headers: { tracestate: `of=${name}` } })))
  await expect.poll(() => sink.taken.length, patience).toBe(names.length)
  await host.stop()
  for (const [index, name] of names.entries()) {
    const event = sink.taken.find(({ attributes }) => attributes['subject'] === name)
    const span = receiver.spans.find(({ traceId, kind }) => traceId === traces[index] && kind === 'producer')
    expect(span).toMatchObject({
      name: 'send config.created',
      traceState: `of=${name}`,
      isError: false,
      attributes: { 'cloudevents.event_subject': name, 'cloudevents.event_type': 'dev.quartet.configs.config.created' },
    })
    const traceparent = `00-${traces[index]}-${span?.spanId}-01`
    expect(event?.headers).toMatchObject({ traceparent, tracestate: `of=${name}` })
    expect(event?.attributes).toMatchObject({ traceparent, tracestate: `of=${name}` })
  }
})

test('each way to change a config says in which trace', async () => {
  const created = await put('ways', { headers: { 'idempotency-key': 'one-two-three' } })
  const replaced = await ask('/configs/ways', { method: 'PUT', body: { name: 'ways', metadata: { n: 2 } } })
  const upserted = await ask('/configs/ways?create=true', { method: 'PUT', body: { name: 'ways', metadata: { n: 3 } } })
  const patched = await ask('/configs/ways', { method: 'PATCH', body: { metadata: { n: 4 } } })
  const removed = await ask('/configs/ways', { method: 'DELETE' })
  await expect.poll(() => sink.taken.length, patience).toBe(5)
  const told = sink.taken.map(({ headers }) => String(headers['traceparent']).split('-')[1])
  expect(told).toEqual([created, replaced, upserted, patched, removed])
})

test('a trace that is not recorded is sent on as that', async () => {
  const trace = await put('quiet', { isSampled: false })
  await expect.poll(() => sink.taken.length, patience).toBe(1)
  expect(String(sink.taken[0]?.headers['traceparent'])).toMatch(new RegExp(`^00-${trace}-[0-9a-f]{16}-00$`))
  expect(await spansOf(trace)).toEqual([])
})
