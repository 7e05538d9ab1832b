import { afterEach, expect, test } from 'vitest'

import { ProcessMetrics } from './process-metrics.ts'
import { askOnce, RawConnection } from '../testing/raw-connection.ts'
import { samplesOf } from '../testing/samples.ts'
import { makeSample } from '../testing/sample.ts'
import { startHost, type TestHost } from '../testing/test-host.ts'

let host: TestHost | undefined

afterEach(async () => {
  await host?.stop()
  host = undefined
})

/** The samples of one metric, by their labels as they are written. */
function samplesNamed(metrics: ProcessMetrics, name: string): Record<string, number> {
  const samples = Object.entries(samplesOf(metrics)).filter(([key]) => key.startsWith(`${name}{`))
  return Object.fromEntries(samples.map(([key, value]) => [key.slice(name.length), value]))
}

const get = { function: 'configs', route: '/configs/:name', method: 'GET', code: 200 }

test('requests with the same labels are counted together, others apart', async () => {
  const metrics = new ProcessMetrics()
  for (const seconds of [0.001, 0.002, 0.003]) metrics.requests.observe({ ...get, seconds })
  metrics.requests.observe({ ...get, code: 404, seconds: 0.001 })
  metrics.requests.observe({ ...get, function: 'predict', seconds: 0.001 })
  expect(samplesNamed(metrics, 'http_requests_total')).toEqual({
    '{function="configs",route="/configs/:name",method="GET",code="200"}': 3,
    '{function="configs",route="/configs/:name",method="GET",code="404"}': 1,
    '{function="predict",route="/configs/:name",method="GET",code="200"}': 1,
  })
})

test('durations are counted in every bucket that they fit in, bounds included', async () => {
  const metrics = new ProcessMetrics()
  for (const seconds of [0, 0.0005, 0.00051, 0.2, 10, 11]) metrics.requests.observe({ ...get, seconds })
  const buckets = samplesNamed(metrics, 'http_request_duration_seconds_bucket')
  const counts = Object.entries(buckets).map(([labels, count]) => [/le="([^"]+)"/.exec(labels)?.[1], count])
  const upTo = { '0.0005': 2, '0.001': 3, '0.1': 3, '0.25': 4, '5': 4, '10': 5, '+Inf': 6 }
  expect(Object.fromEntries(counts)).toMatchObject(upTo)
  const [count] = Object.values(samplesNamed(metrics, 'http_request_duration_seconds_count'))
  const [sum] = Object.values(samplesNamed(metrics, 'http_request_duration_seconds_sum'))
  expect(count).toBe(6)
  expect(sum).toBeCloseTo(21.20101, 6)
})

test('a reading changes nothing', () => {
  const metrics = new ProcessMetrics()
  metrics.requests.observe({ ...get, seconds: 0.001 })
  const once = metrics.read()
  expect(metrics.read()).toEqual(once)
})

test('of each bucket the last value with a trace is kept', () => {
  const metrics = new ProcessMetrics()
  const [first, second] = ['a'.repeat(32), 'b'.repeat(32)]
  metrics.requests.observe({ ...get, seconds: 0.003, traceId: first })
  metrics.requests.observe({ ...get, seconds: 0.004, traceId: second })
  metrics.requests.observe({ ...get, seconds: 0.0045 })
  metrics.requests.observe({ ...get, seconds: 20, traceId: first })
  const durations = metrics.read().find(({ name }) => name === 'http_request_duration_seconds')
  expect(durations?.series[0]?.exemplars).toEqual({
    '0.005': { traceId: second, value: 0.004, at: expect.any(Number) },
    '+Inf': { traceId: first, value: 20, at: expect.any(Number) },
  })
})

test('what is over the limit of series is counted as dropped, and what is known goes on', () => {
  const metrics = new ProcessMetrics({ mostSeries: 2 })
  for (const code of [200, 404, 500, 503, 200]) metrics.requests.observe({ ...get, code, seconds: 0.001 })
  expect(samplesOf(metrics)).toMatchObject({
    'http_requests_total{function="configs",route="/configs/:name",method="GET",code="200"}': 2,
    'http_requests_total{function="configs",route="/configs/:name",method="GET",code="404"}': 1,
    'telemetry_dropped_observations_total{}': 2,
  })
})

test('every series has the labels of its process', () => {
  const metrics = new ProcessMetrics({ labels: { revision: 'configs-00001' } })
  metrics.starts.began('configs')
  expect(samplesOf(metrics)).toMatchObject({ 'function_processes{function="configs",revision="configs-00001"}': 1 })
})

test('what clients make up does not become a label', async () => {
  host = await startHost(makeSample().function)
  for (let turn = 0; turn < 20; turn += 1) {
    await askOnce(host.port, { target: `/made-up-${turn}?a=${turn}` })
    await askOnce(host.port, { target: `/words/made-up-${turn}`, headers: [`x-request-id: ${turn}`] })
  }
  expect(samplesNamed(host.metrics, 'http_requests_total')).toEqual({
    '{function="sample",route="unmatched",method="GET",code="404"}': 20,
    '{function="sample",route="/words/:word",method="GET",code="200"}': 20,
  })
})

test('a request whose client left is counted as 499', async () => {
  const sample = makeSample()
  host = await startHost(sample.function)
  const client = await RawConnection.open(host.port)
  await client.send({ target: '/wait' })
  await sample.gate.holds(1)
  client.destroy()
  await host.log.untilRequests(1)
  expect(samplesNamed(host.metrics, 'http_requests_total')).toEqual({
    '{function="sample",route="/wait",method="GET",code="499"}': 1,
  })
})
