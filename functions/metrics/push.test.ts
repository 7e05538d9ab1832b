import postgres from 'postgres'
import { afterEach, beforeEach, expect, test } from 'vitest'

import { openLog } from '../_runtime/process/log.ts'
import { ProcessMetrics } from '../_runtime/metrics/process-metrics.ts'
import { httpSink } from '../_runtime/telemetry/http-sink.ts'
import { Pusher } from '../_runtime/telemetry/pusher.ts'
import type { TestDatabase } from '../_runtime/testing/database.ts'
import { bearing, tokenEntry } from '../_runtime/testing/guarded-sample.ts'
import { metricsDatabase, openMetrics, type OpenMetrics } from './testing/open-metrics.ts'
import { Scraper } from './testing/scraper.ts'

const token = 'pushes-and-scrapes'
const request = { function: 'predict', route: '/predict', method: 'POST', code: 200, seconds: 0.001 }

let database: TestDatabase
let host: OpenMetrics

beforeEach(async () => {
  database = await metricsDatabase()
  host = await openMetrics(database.url, {
    logLevel: 'silent',
    auth: { tokens: { predict: tokenEntry(token, 'metrics:write', 'metrics:read') } },
  })
})

afterEach(async () => {
  await host.end()
  await database.drop()
})

function pusherOf(metrics: ProcessMetrics, shown: string | undefined = token): Pusher {
  const sink = httpSink({ url: host.url, token: shown, timeoutMs: 20_000 })
  return new Pusher(metrics, sink, { intervalMs: 60_000, timeoutMs: 20_000 }, openLog('silent').logger)
}

async function requestsOfPredict(): Promise<number | undefined> {
  const { requests } = await new Scraper(host.url, bearing(token)).totalOf('predict')
  return requests['/predict']
}

test('a function without a database pushes to this one, and ends', async () => {
  const metrics = new ProcessMetrics()
  const pusher = pusherOf(metrics)
  metrics.requests.observe(request)
  await pusher.flush()
  expect(await requestsOfPredict()).toBe(1)
  metrics.requests.observe(request)
  await pusher.end()
  expect(await requestsOfPredict()).toBe(2)
})

test('a process that has been forgotten comes back, and nothing is counted twice', async () => {
  const metrics = new ProcessMetrics()
  const pusher = pusherOf(metrics)
  for (let count = 0; count < 5; count += 1) metrics.requests.observe(request)
  await pusher.flush()
  const sql = postgres(database.url, { max: 1 })
  // As a fold and, days later, the end of its tombstone would leave it.
  await sql`
    with gone as (delete from metrics.processes where counts <> '{}' returning series, counts)
    insert into metrics.totals select unnest(series), unnest(counts) from gone`
  await sql.end()
  metrics.requests.observe(request)
  await pusher.flush()
  metrics.requests.observe(request)
  await pusher.end()
  expect(await requestsOfPredict()).toBe(7)
})

test('who has no token, or another, pushes nothing', async () => {
  const metrics = new ProcessMetrics()
  metrics.requests.observe(request)
  await expect(pusherOf(metrics, 'another').flush()).rejects.toThrow(/answered 401/)
  await expect(pusherOf(metrics, '').flush()).rejects.toThrow(/answered 401/)
})

test('where it is not said who may push, nobody may', async () => {
  await host.end()
  host = await openMetrics(database.url, { logLevel: 'silent' })
  await expect(pusherOf(new ProcessMetrics()).flush()).rejects.toThrow(/answered 403/)
})

test.each([
  ['a number that is not whole', { values: { '': 0.5 } }],
  ['a number below zero', { values: { '': -1 } }],
  ['the label of a bucket', { labels: { le: '1' } }],
  ['a label that is too long', { labels: { route: 'x'.repeat(501) } }],
])('%s is refused', async (_, wrong) => {
  const series = [{ labels: {}, values: { '': 1 }, ...wrong }]
  const readings = [{ name: 'made_up_total', type: 'counter', help: 'Made up.', series }]
  const push = { process: crypto.randomUUID(), sequence: 1, isFirst: true, isLast: false, readings }
  const headers = { 'content-type': 'application/json', ...bearing(token) }
  const response = await fetch(`${host.url}/push`, { method: 'POST', headers, body: JSON.stringify(push) })
  expect(response.status).toBe(400)
})
