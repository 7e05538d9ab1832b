import { afterEach, beforeEach, expect, test } from 'vitest'

import type { TestDatabase } from '../_runtime/testing/database.ts'
import { bearing, tokenEntry } from '../_runtime/testing/guarded-sample.ts'
import { unusedPort } from '../_runtime/testing/unused-port.ts'
import { familiesOf } from './families.ts'
import { functionTotals, type FunctionTotals } from './function-totals.ts'
import { metricsDatabase, openMetrics, type OpenMetrics } from './testing/open-metrics.ts'
import type { Total } from './totals.ts'

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

test('totals have what was counted until now, this process’s own requests among them', async () => {
  for (const path of ['/version', '/version', '/nosuch']) await fetch(`${host.url}${path}`)
  const response = await fetch(`${host.url}/totals`)
  expect(response.status).toBe(200)
  expect(response.headers.get('cache-control')).toBe('no-store')
  const { functions } = (await response.json()) as { functions: Readonly<Record<string, FunctionTotals>> }
  expect(functions).toEqual({
    metrics: { requests: { '2xx': 2, '4xx': 1 }, durations: expect.any(Object), processes: 1 },
  })
  const counts = Object.values(functions['metrics']?.durations ?? {})
  expect(counts.reduce((sum, count) => sum + count, 0)).toBe(3)
})

test('none are answered while the database is away', async () => {
  const away = await openMetrics(`postgres://user@127.0.0.1:${await unusedPort()}/none`, { logLevel: 'silent' })
  const response = await fetch(`${away.url}/totals`)
  expect(response.status).toBe(503)
  expect(await response.json()).toMatchObject({ detail: 'The database cannot be reached now.' })
  await away.stop()
})

test('where tokens are asked for, the page is open, and the totals are not', async () => {
  await host.end()
  host = await openMetrics(database.url, { auth: { tokens: { me: tokenEntry('reads', 'metrics:read') } } })
  expect((await fetch(host.url)).status).toBe(200)
  expect((await fetch(`${host.url}/totals`)).status).toBe(401)
  expect((await fetch(`${host.url}/totals`, { headers: bearing('reads') })).status).toBe(200)
})

test('all series of a function are summed, and nothing else', () => {
  const totals = [
    number('function_processes', { function: 'configs', revision: '1' }, '2'),
    number('function_processes', { function: 'configs', revision: '2' }, '3'),
    ...histogram({ function: 'configs', route: '/a' }, { '0.1': '1', '1': '2', '+Inf': '0', sum: '7' }),
    ...histogram({ function: 'configs', route: '/b' }, { '0.1': '10', '1': '20', '+Inf': '40', sum: '7' }),
    number('http_requests_total', { function: 'configs', code: '200' }, '30'),
    number('http_requests_total', { function: 'configs', code: '204' }, '3'),
    number('http_requests_total', { function: 'configs', code: '503' }, '40'),
    number('http_requests_total', { function: 'predict', code: '200' }, '9007199254740991'),
    number('predict_inferences_total', { version: '1' }, '5'),
  ]
  expect(functionTotals(familiesOf(totals))).toEqual({
    configs: { requests: { '2xx': 33, '5xx': 40 }, durations: { '0.1': 11, '1': 22, '+Inf': 40 }, processes: 5 },
    predict: { requests: { '2xx': 9007199254740991 }, durations: {}, processes: 0 },
  })
})

function number(metric: string, labels: Record<string, string>, value: string): Total {
  return { metric, type: 'counter', help: 'Number.', labels: JSON.stringify(labels), part: '', value }
}

function histogram(of: Record<string, string>, values: Record<string, string>): Total[] {
  const labels = JSON.stringify(of)
  return Object.entries(values).map(([part, value]) => {
    return { metric: 'http_request_duration_seconds', type: 'histogram', help: 'Time.', labels, part, value }
  })
}
