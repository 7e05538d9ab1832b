import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'

import { migratedDatabase, type TestDatabase } from '../../../functions/_runtime/testing/database.ts'
import { ServerProcess } from '../../../functions/_runtime/testing/server-process.ts'
import { EventSink } from '../../../functions/configs/events/testing/event-sink.ts'
import type { StoredSpan } from './jaeger-api.ts'
import { Jaeger } from './testing/jaeger.ts'

const root = join(import.meta.dirname, '../../..')
const caller = '00f067aa0ba902b7'
const patience = { timeout: 30_000 }
const seven: unknown = JSON.parse(readFileSync(join(root, 'functions/predict/examples/seven.json'), 'utf8'))

let jaeger: Jaeger
let database: TestDatabase
const running: ServerProcess[] = []

beforeAll(async () => {
  if (!existsSync(join(root, 'dist'))) throw new Error('There are no bundles. Run `npm run build` first.')
  jaeger = await Jaeger.start()
  database = await migratedDatabase('configs', join(root, 'functions/configs/migrations'))
})

afterEach(async () => {
  await Promise.all(running.splice(0).map((server) => server.kill()))
})

afterAll(async () => {
  await jaeger.stop()
  await database.drop()
})

/** Starts a bundle that is traced. */
async function start(name: string, env: Readonly<Record<string, string>> = {}): Promise<string> {
  const server = new ServerProcess([join(root, 'dist', name)], {
    HOST: '127.0.0.1',
    PORT: '0',
    DRAIN_LISTEN_MS: '0',
    TELEMETRY_SINK: 'none',
    OTEL_EXPORTER_OTLP_ENDPOINT: jaeger.endpoint,
    ...env,
  })
  running.push(server)
  return `http://127.0.0.1:${await server.port()}`
}

async function post(url: string, body: unknown, flags = '01'): Promise<string> {
  const traceId = randomBytes(16).toString('hex')
  const headers = { 'content-type': 'application/json', traceparent: `00-${traceId}-${caller}-${flags}` }
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) })
  expect(response.status, await response.text()).toBeLessThan(300)
  return traceId
}

/** The spans of a trace, each as the names of those above it and its own. */
async function tree(traceId: string): Promise<string[]> {
  const spans = await jaeger.api.trace(traceId)
  const pathOf = ({ service, name, parentId }: StoredSpan): string => {
    const parent = spans.find(({ id }) => id === parentId)
    return `${parent ? `${pathOf(parent)} > ` : ''}${service} ${name}`
  }
  return spans.map(pathOf).toSorted()
}

const coldStart = (name: string, above = ''): string[] => {
  return ['', ' > NAME Node.js', ' > NAME listen', ' > NAME load'].map((part) => {
    return `${above}${name} cold start${part.replace('NAME', name)}`
  })
}

test('Jaeger has a write, its start, its statement and its event, and what takes that, as one trace', async () => {
  const predict = await start('predict')
  const configs = await start('configs', { DATABASE_URL: database.url, K_SINK: predict })
  const trace = await post(`${configs}/configs`, { name: 'seven', metadata: { digit: seven } })
  const sent = 'configs send config.created'
  const path = `configs POST /configs > ${sent}`
  await vi.waitFor(
    async () =>
      expect(await tree(trace)).toEqual(
        [
          ...coldStart('configs'),
          'configs POST /configs',
          'configs POST /configs > configs INSERT configs.configs',
          path,
          ...coldStart('predict', `${path} > `),
          `${path} > predict POST /`,
          `${path} > predict POST / > predict queue`,
          `${path} > predict POST / > predict inference`,
        ].toSorted(),
      ),
    patience,
  )
})

test('what is left is sent on SIGTERM, within its time', async () => {
  const predict = await start('predict')
  const trace = await post(`${predict}/predict`, seven)
  const [server] = running
  server?.signal('SIGTERM')
  expect(await server?.exitCode()).toBe(0)
  const spans = await jaeger.api.trace(trace)
  expect(spans.map(({ name }) => name)).toEqual(expect.arrayContaining(['POST /predict', 'queue', 'inference']))
  expect(spans.find(({ name }) => name === 'POST /predict')?.tags).toMatchObject({
    'http.route': '/predict',
    'http.response.status_code': 200,
    'faas.coldstart': true,
    'span.kind': 'server',
  })
})

test('what the caller does not record is not recorded', async () => {
  const predict = await start('predict')
  const unrecorded = await post(`${predict}/predict`, seven, '00')
  const recorded = await post(`${predict}/predict`, seven)
  running[0]?.signal('SIGTERM')
  await running[0]?.exitCode()
  expect(await jaeger.api.trace(recorded)).not.toEqual([])
  expect(await jaeger.api.trace(unrecorded)).toEqual([])
})

test('while Jaeger is away requests are answered, that is said, and the process ends in its time', async () => {
  const away = await Jaeger.start()
  await away.stop()
  const predict = await start('predict', { OTEL_EXPORTER_OTLP_ENDPOINT: away.endpoint })
  await Promise.all(Array.from({ length: 50 }, () => post(`${predict}/predict`, seven)))
  const [server] = running
  await server?.log.until(({ msg }) => msg === 'spans are not taken, and are lost')
  await post(`${predict}/predict`, seven)
  server?.signal('SIGTERM')
  expect(await server?.exitCode()).toBe(0)
}, 60_000)

test('an event that another process sends goes on with the trace of its change', async () => {
  const sink = await EventSink.open()
  try {
    // It has nowhere to send events to.
    const writer = await start('configs', { DATABASE_URL: database.url })
    const sender = await start('configs', { DATABASE_URL: database.url, K_SINK: sink.url })
    const trace = await post(`${writer}/configs`, { name: 'by-another', metadata: {} })
    await vi.waitFor(async () => {
      await (await fetch(`${sender}/configs/by-another`)).arrayBuffer()
      expect(sink.taken.map(({ attributes }) => attributes['traceparent']?.split('-')[1])).toContain(trace)
    }, patience)
  } finally {
    await sink.close()
  }
})
