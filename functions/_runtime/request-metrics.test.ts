import { afterEach, expect, test } from 'vitest'

import { RequestMetrics } from './request-metrics.ts'
import { askOnce, RawConnection } from './testing/raw-connection.ts'
import { makeSample } from './testing/sample.ts'
import { startHost, type TestHost } from './testing/test-host.ts'

let host: TestHost | undefined

afterEach(async () => {
  await host?.stop()
  host = undefined
})

/** The samples of one metric, by their labels as they are written. */
async function samplesOf(metrics: RequestMetrics, name: string): Promise<Record<string, number>> {
  const text = await metrics.registry.metrics()
  const lines = text.split('\n').filter((line) => line.startsWith(`${name}{`))
  return Object.fromEntries(
    lines.map((line) => [line.slice(name.length, line.lastIndexOf(' ')), Number(line.split(' ').at(-1))]),
  )
}

const get = { function: 'configs', route: '/configs/:name', method: 'GET', code: 200 }

test('requests with the same labels are counted together, others apart', async () => {
  const metrics = new RequestMetrics()
  for (const seconds of [0.001, 0.002, 0.003]) metrics.observe({ ...get, seconds })
  metrics.observe({ ...get, code: 404, seconds: 0.001 })
  metrics.observe({ ...get, function: 'predict', seconds: 0.001 })
  expect(await samplesOf(metrics, 'http_requests_total')).toEqual({
    '{function="configs",route="/configs/:name",method="GET",code="200"}': 3,
    '{function="configs",route="/configs/:name",method="GET",code="404"}': 1,
    '{function="predict",route="/configs/:name",method="GET",code="200"}': 1,
  })
})

test('durations are counted in every bucket that they fit in, bounds included', async () => {
  const metrics = new RequestMetrics()
  for (const seconds of [0, 0.0005, 0.00051, 0.2, 10, 11]) metrics.observe({ ...get, seconds })
  const buckets = await samplesOf(metrics, 'http_request_duration_seconds_bucket')
  const counts = Object.entries(buckets).map(([labels, count]) => [/le="([^"]+)"/.exec(labels)?.[1], count])
  const upTo = { '0.0005': 2, '0.001': 3, '0.1': 3, '0.25': 4, '5': 4, '10': 5, '+Inf': 6 }
  expect(Object.fromEntries(counts)).toMatchObject(upTo)
  const [count] = Object.values(await samplesOf(metrics, 'http_request_duration_seconds_count'))
  const [sum] = Object.values(await samplesOf(metrics, 'http_request_duration_seconds_sum'))
  expect(count).toBe(6)
  expect(sum).toBeCloseTo(21.20101, 6)
})

test('a scrape changes nothing', async () => {
  const metrics = new RequestMetrics()
  metrics.observe({ ...get, seconds: 0.001 })
  const once = await metrics.registry.metrics()
  expect(await metrics.registry.metrics()).toBe(once)
})

test('a scrape without requests names the metrics all the same', async () => {
  const text = await new RequestMetrics().registry.metrics()
  expect(text).toContain('# TYPE http_requests_total counter')
  expect(text).toContain('# TYPE http_request_duration_seconds histogram')
})

test('what clients make up does not become a label', async () => {
  host = await startHost(makeSample().function)
  for (let turn = 0; turn < 20; turn += 1) {
    await askOnce(host.port, { target: `/made-up-${turn}?a=${turn}` })
    await askOnce(host.port, { target: `/words/made-up-${turn}`, headers: [`x-request-id: ${turn}`] })
  }
  expect(await samplesOf(host.metrics, 'http_requests_total')).toEqual({
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
  expect(await samplesOf(host.metrics, 'http_requests_total')).toEqual({
    '{function="sample",route="/wait",method="GET",code="499"}': 1,
  })
})
