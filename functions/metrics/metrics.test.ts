import { afterEach, beforeEach, expect, test } from 'vitest'

import type { TestDatabase } from '../_runtime/testing/database.ts'
import { unusedPort } from '../_runtime/testing/unused-port.ts'
import { parseExposition, type Sample } from './testing/exposition.ts'
import { parseOpenMetrics } from './testing/open-metrics-text.ts'
import { metricsDatabase, openMetrics, type OpenMetrics } from './testing/open-metrics.ts'

let database: TestDatabase
let host: OpenMetrics

beforeEach(async () => {
  database = await metricsDatabase()
  host = await openMetrics(database.url)
})

afterEach(async () => {
  await host.end()
  await database.drop()
})

function ask(path: string, method = 'GET', headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${host.url}${path}`, { method, headers })
}

async function scrape(): Promise<Sample[]> {
  return parseExposition(await (await ask('/metrics')).text())
}

/** The samples of a name, their values by what tells them apart. */
function valuesOf(samples: readonly Sample[], name: string): Record<string, number> {
  const wanted = samples.filter((sample) => sample.name === name)
  return Object.fromEntries(
    wanted.map(({ labels: { function: of, method, route, code, le }, value }) => {
      return [[of, method, route, code, le].filter((part) => part !== undefined).join(' '), value]
    }),
  )
}

test('a scrape is Prometheus text', async () => {
  await ask('/version')
  const response = await ask('/metrics')
  expect(response.status).toBe(200)
  expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8')
  const text = await response.text()
  expect(text).toContain('# TYPE http_requests_total counter\n')
  expect(text).toContain('# TYPE http_request_duration_seconds histogram\n')
  expect(valuesOf(parseExposition(text), 'function_processes')).toEqual({ metrics: 1 })
})

test('requests are counted by route, method and code, once they were answered', async () => {
  await scrape()
  await scrape()
  await ask('/metrics', 'POST')
  await ask('/metrics', 'HEAD')
  await ask('/version')
  expect(valuesOf(await scrape(), 'http_requests_total')).toEqual({
    'metrics GET /metrics 200': 2,
    'metrics POST /metrics 405': 1,
    'metrics HEAD /metrics 200': 1,
    'metrics GET /version 200': 1,
  })
})

test('paths that nothing is at are one series, whatever they are', async () => {
  const paths = Array.from({ length: 50 }, (_, index) => `/nosuch/${index}?x=${index}`)
  await Promise.all([...paths, '/a"b\\c', '/%', '/metrics/'].map((path) => ask(path)))
  expect(valuesOf(await scrape(), 'http_requests_total')).toEqual({
    'metrics GET unmatched 404': 52,
    'metrics GET unmatched 400': 1,
  })
})

test('every request has a duration in the histogram', async () => {
  await Promise.all(Array.from({ length: 20 }, () => ask('/version')))
  const samples = await scrape()
  expect(valuesOf(samples, 'http_request_duration_seconds_count')).toEqual({ 'metrics GET /version 200': 20 })
  const [sum = Number.NaN] = Object.values(valuesOf(samples, 'http_request_duration_seconds_sum'))
  expect(sum).toBeGreaterThan(0)
  const buckets = samples.filter(({ name }) => name === 'http_request_duration_seconds_bucket')
  const bounds = buckets.map(({ labels: { le } }) => (le === '+Inf' ? Infinity : Number(le)))
  expect(bounds).toEqual(bounds.toSorted((one, other) => one - other))
  expect(bounds.at(-1)).toBe(Infinity)
  const counts = buckets.map(({ value }) => value)
  expect(counts).toEqual(counts.toSorted((one, other) => one - other))
  expect(counts.at(-1)).toBe(20)
})

const trace = 'ab'.repeat(16)
const traced = { traceparent: `00-${trace}-${'1'.repeat(16)}-01` }
const open = {
  accept:
    'application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1',
}

test('a client that wants OpenMetrics gets it, with the traces of requests', async () => {
  await ask('/version', 'GET', traced)
  const response = await ask('/metrics', 'GET', open)
  expect(response.headers.get('content-type')).toBe('application/openmetrics-text; version=1.0.0; charset=utf-8')
  expect(response.headers.get('vary')).toBe('accept')
  const families = parseOpenMetrics(await response.text())
  expect(families.map(({ name, type }) => [name, type])).toEqual([
    ['function_first_answer_seconds', 'histogram'],
    ['function_processes', 'gauge'],
    ['http_request_duration_seconds', 'histogram'],
    ['http_requests', 'counter'],
    ['telemetry_dropped_observations', 'counter'],
  ])
  const durations = families.find(({ name }) => name === 'http_request_duration_seconds')
  const exemplars = durations?.samples.flatMap(({ exemplar }) => exemplar ?? [])
  expect(exemplars).toEqual([{ traceId: trace, value: expect.any(Number), seconds: expect.any(Number) }])
  expect(exemplars?.[0]?.seconds).toBeCloseTo(Date.now() / 1000, -2)
})

test('a scrape that follows another process’s end has its counts, and those of this one', async () => {
  await ask('/version')
  await host.end()
  host = await openMetrics(database.url)
  await ask('/version')
  expect(valuesOf(await scrape(), 'http_requests_total')).toEqual({ 'metrics GET /version 200': 2 })
  expect(valuesOf(await scrape(), 'function_processes')).toEqual({ metrics: 1 })
})

test('the names of earlier clients are told where that is set, as Prometheus text', async () => {
  await host.end()
  host = await openMetrics(database.url, { earlierNames: true })
  await ask('/version')
  const response = await ask('/metrics', 'GET', open)
  expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8')
  const samples = parseExposition(await response.text())
  expect(valuesOf(samples, 'http_requests')).toEqual({ 'GET 200': 1 })
  expect(valuesOf(samples, 'http_requests_config')).toEqual({})
})

test('a scrape fails while the database is away: a hole is better than a dip', async () => {
  const away = await openMetrics(`postgres://user@127.0.0.1:${await unusedPort()}/none`, { logLevel: 'silent' })
  const response = await fetch(`${away.url}/metrics`)
  expect(response.status).toBe(503)
  expect(await response.json()).toMatchObject({ detail: 'The database cannot be reached now.' })
  await away.stop()
})
