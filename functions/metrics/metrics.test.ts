import { afterEach, beforeEach, expect, test } from 'vitest'

import { startHost, type TestHost } from '../_runtime/testing/test-host.ts'
import { metrics } from './index.ts'
import { parseExposition, type Sample } from './testing/exposition.ts'

let host: TestHost

beforeEach(async () => {
  host = await startHost(metrics)
})

afterEach(() => host.stop())

function ask(path: string, method = 'GET'): Promise<Response> {
  return fetch(`http://127.0.0.1:${host.port}${path}`, { method })
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
  const response = await ask('/metrics')
  expect(response.status).toBe(200)
  expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8')
  const text = await response.text()
  expect(text).toContain('# TYPE http_requests_total counter\n')
  expect(text).toContain('# TYPE http_request_duration_seconds histogram\n')
  expect(parseExposition(text)).toEqual([])
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
