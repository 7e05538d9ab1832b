import { connect } from 'node:net'
import { text } from 'node:stream/consumers'

import { afterAll, beforeAll, expect, test } from 'vitest'
import * as z from 'zod/mini'

import { openLog } from '../../functions/_runtime/process/log.ts'
import { testDatabase, type TestDatabase } from '../../functions/_runtime/testing/database.ts'
import { bearing, tokenEntry } from '../../functions/_runtime/testing/guarded-sample.ts'
import { functions } from '../../functions/list.ts'
import { parseExposition } from '../../functions/metrics/testing/exposition.ts'
import { TestDigits } from '../../functions/predict/testing/mnist.ts'
import { databaseUrls } from '../database-urls.ts'
import { migrateFunctions } from '../migrate-functions.ts'
import { ownAddress } from './address.ts'
import { LocalServer, serverSettings } from './local-server.ts'

let database: TestDatabase
let server: LocalServer
let url: string

beforeAll(async () => {
  database = await testDatabase()
  const sources = { env: { PORT: '0', LOG_LEVEL: 'silent' }, file: undefined }
  const all = await Promise.all(Object.values(functions).map((load) => load()))
  await migrateFunctions(databaseUrls(all, sources, database.url))
  const settings = await serverSettings(sources)
  server = new LocalServer(all, settings, { ...sources, databaseUrl: database.url }, openLog('silent'))
  await server.listen()
  url = ownAddress(server.settings)
})

afterAll(async () => {
  await server.drain()
  await database.drop()
})

async function send(method: string, path: string, body?: unknown): Promise<Response> {
  const headers = { 'content-type': 'application/json' }
  return fetch(`${url}${path}`, { method, ...(body !== undefined && { headers, body: JSON.stringify(body) }) })
}

function keyOf(labels: Readonly<Record<string, string>>): string {
  return [labels['function'], labels['method'], labels['route'], labels['code']].join(' ')
}

/** How many requests were counted, by function, method, route and code, and how many durations. */
async function counted(): Promise<ReadonlyMap<string, { readonly total: number; readonly durations: number }>> {
  const samples = parseExposition(await (await send('GET', '/metrics')).text())
  const valueOf = (wanted: string, key: string): number => {
    return samples.find(({ name, labels }) => name === wanted && keyOf(labels) === key)?.value ?? 0
  }
  const keys = samples.filter(({ name }) => name === 'http_requests_total').map(({ labels }) => keyOf(labels))
  return new Map(
    keys.map((key) => {
      const durations = valueOf('http_request_duration_seconds_count', key)
      return [key, { total: valueOf('http_requests_total', key), durations }]
    }),
  )
}

test('an answer without a body says so', async () => {
  const response = await fetch(`${url}/functions/predict`, { redirect: 'manual' })
  expect(response.status).toBe(307)
  expect(response.headers.get('content-length')).toBe('0')
})

test('settings that are read again hold for the functions and for the server itself', async () => {
  const sources = { file: undefined, databaseUrl: database.url }
  const usual = { PORT: '0', LOG_LEVEL: 'silent' }
  await server.reload({ ...sources, env: { ...usual, LIMITS_BODY_BYTES: '8', LIMITS_HEADERS_TIMEOUT_MS: '700' } })
  expect((await send('POST', '/configs', { name: 'too-long', metadata: {} })).status).toBe(413)
  const slow = connect(server.settings.port, '127.0.0.1', () => slow.write('GET / HTTP/1.1\r\n'))
  expect(await text(slow)).toContain('408 Request Timeout')
  await server.reload({ ...sources, env: usual })
  expect((await send('POST', '/configs', { metadata: {} })).status).toBe(400)
})

const Digit = z.object({ digit: z.int() })

test('a function that asks for tokens asks at the root and under its name, and the others ask for none', async () => {
  const sources = { file: undefined, databaseUrl: database.url }
  const usual = { PORT: '0', LOG_LEVEL: 'silent' }
  await server.reload({ ...sources, env: { ...usual, CONFIGS_AUTH_TOKENS_ANN: tokenEntry('anns', 'configs:read') } })
  const paths = ['/configs', '/functions/configs/configs', '/functions/configs/readyz', '/health', '/']
  const statuses = await Promise.all(
    [{}, bearing('anns')].map((headers) => {
      return Promise.all(paths.map(async (path) => (await fetch(url + path, { headers })).status))
    }),
  )
  await server.reload({ ...sources, env: usual })
  expect(statuses).toEqual([
    [401, 401, 200, 200, 200],
    [200, 200, 200, 200, 200],
  ])
})

test('200 test digits that are sent one after the other are read, 99 % of them at least', async () => {
  const digits = new TestDigits()
  let right = 0
  for (let index = 0; index < 200; index += 1) {
    const response = await send('POST', '/predict', { image: [...digits.images(index, 1)] })
    expect(response.status).toBe(200)
    if (z.parse(Digit, await response.json()).digit === digits.labels[index]) right += 1
  }
  expect(right).toBeGreaterThanOrEqual(198)
})

test('the counts of all functions are what was sent to them', async () => {
  const before = await counted()
  const document = { name: 'counted', metadata: {} }
  const sent: readonly [times: number, key: string, method: string, path: string, body?: unknown][] = [
    [1, 'configs POST /configs 201', 'POST', '/configs', document],
    [3, 'configs POST /configs 409', 'POST', '/configs', document],
    [4, 'configs GET /configs/:name 200', 'GET', '/configs/counted'],
    [2, 'configs GET /configs/:name 404', 'GET', '/configs/uncounted'],
    [2, 'configs PUT /configs/:name 400', 'PUT', '/configs/counted', {}],
    [1, 'configs DELETE /configs/:name 204', 'DELETE', '/configs/counted'],
    [5, 'predict POST /predict 400', 'POST', '/predict', { image: [] }],
    [2, 'predict GET / 200', 'GET', '/functions/predict/'],
    [3, 'predict GET /readyz 200', 'GET', '/functions/predict/readyz'],
    [2, 'health GET /healthz 200', 'GET', '/functions/health/healthz'],
    [1, 'metrics PUT /metrics 405', 'PUT', '/metrics', {}],
    [6, 'start GET unmatched 404', 'GET', '/nowhere'],
    [2, 'start GET / 200', 'GET', '/'],
  ]
  for (const [times, key, method, path, body] of sent) {
    for (let time = 0; time < times; time += 1) {
      const response = await send(method, path, body)
      expect(`${key} ${path}`).toContain(` ${response.status} `)
      await response.arrayBuffer()
    }
  }
  const after = await counted()
  for (const [times, key] of sent) {
    expect([key, (after.get(key)?.total ?? 0) - (before.get(key)?.total ?? 0)]).toEqual([key, times])
    expect([key, (after.get(key)?.durations ?? 0) - (before.get(key)?.durations ?? 0)]).toEqual([key, times])
  }
})

test('every function is ready, as health tells it', async () => {
  const response = await send('GET', '/health')
  expect(response.status).toBe(200)
  const states = Object.fromEntries(Object.keys(functions).map((name) => [name, { state: 'ready' }]))
  expect(await response.json()).toMatchObject({ state: 'ready', functions: states })
})

test('what a function is at is found under its name too', async () => {
  const atRoot = await (await send('GET', '/configs?limit=1')).text()
  expect(await (await send('GET', '/functions/configs/configs?limit=1')).text()).toBe(atRoot)
  const document = await (await send('GET', '/functions/predict/openapi.json')).json()
  expect(document).toMatchObject({ info: { title: 'Quartet predict' } })
})

test.each([
  ['/functions/health', '/functions/health/'],
  ['/functions/health/', '/functions/health/health'],
  ['/functions/health/?limit=1', '/functions/health/health'],
])('%s leads to %s', async (path, location) => {
  const response = await fetch(`${url}${path}`, { redirect: 'manual' })
  expect(response.status).toBe(307)
  expect(response.headers.get('location')).toBe(location)
})

test.each([
  '/functions/nosuch',
  '/functions/nosuch/',
  '/functions/nosuch/readyz',
  '/functions/',
  '/functions//readyz',
  '//',
  '/nosuch',
])('nothing is at %s', async (path) => {
  const response = await fetch(`${url}${path}`, { redirect: 'manual' })
  expect(response.status).toBe(404)
  expect(response.headers.get('content-type')).toBe('application/problem+json')
})

test('the protocol of inference servers is at the root, and what it has not is said in its words', async () => {
  expect(await (await send('GET', '/v2')).json()).toMatchObject({ name: 'quartet' })
  const response = await send('GET', '/v2/nowhere')
  expect(response.status).toBe(404)
  expect(await response.json()).toMatchObject({ error: expect.stringContaining('Nothing is at /v2/nowhere.') })
})

test('the start page is a page, with a policy for what is in it', async () => {
  const response = await send('GET', '/')
  expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8')
  expect(response.headers.get('content-security-policy')).toContain("default-src 'none'")
})
