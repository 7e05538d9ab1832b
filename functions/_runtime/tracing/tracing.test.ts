import { afterEach, beforeEach, expect, test } from 'vitest'

import { askOnce } from '../testing/raw-connection.ts'
import { OtlpReceiver, type ReceivedSpan } from '../testing/otlp-receiver.ts'
import { makeSample } from '../testing/sample.ts'
import { startHost, type TestHost } from '../testing/test-host.ts'
import { unusedPort } from '../testing/unused-port.ts'

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736'
const caller = '00f067aa0ba902b7'
const asked = `traceparent: 00-${traceId}-${caller}-01`

let receiver: OtlpReceiver
let host: TestHost | undefined

beforeEach(async () => {
  receiver = await OtlpReceiver.start()
})

afterEach(async () => {
  await host?.stop()
  host = undefined
  receiver.stop()
})

/** Asks, and ends the host; of this process, which had other things to start, the start does not count. */
async function traced(
  requests: readonly { readonly target: string; readonly headers?: readonly string[] }[],
  settings: Readonly<Record<string, unknown>> = {},
  env: Readonly<Record<string, string>> = {},
): Promise<ReceivedSpan[]> {
  host = await startHost(makeSample().function, { tracing: { endpoint: receiver.url, ...settings } }, env)
  for (const request of requests) await askOnce(host.port, request)
  await host.log.untilRequests(requests.length)
  await host.stop()
  return receiver.spans.filter(({ name }) => !['cold start', 'Node.js'].includes(name))
}

test('a request is a span that goes on with the trace of whoever sent it', async () => {
  const [span] = await traced([
    {
      target: '/words/alpha?secret=1',
      headers: [asked, 'tracestate: vendor=1', 'user-agent: test', 'x-request-id: r1'],
    },
  ])
  expect(span).toMatchObject({
    traceId,
    parentSpanId: caller,
    traceState: 'vendor=1',
    name: 'GET /words/:word',
    kind: 'server',
    isError: false,
    attributes: {
      'http.request.method': 'GET',
      'http.route': '/words/:word',
      'http.response.status_code': 200,
      'url.path': '/words/alpha',
      'url.scheme': 'http',
      'server.address': expect.any(String) as string,
      'network.protocol.version': '1.1',
      'user_agent.original': 'test',
      'quartet.request.id': 'r1',
    },
  })
  expect(span?.endNs).toBeGreaterThan(span?.startNs ?? 0n)
  expect(Math.abs(Number(span?.startNs ?? 0n) / 1e6 - Date.now())).toBeLessThan(60_000)
})

test('a request of nobody who is traced begins a trace', async () => {
  const [one, other] = await traced([{ target: '/greeting' }, { target: '/greeting' }])
  expect(one?.parentSpanId).toBe('')
  expect(one?.traceId).toMatch(/^[0-9a-f]{32}$/)
  expect(other?.traceId).not.toBe(one?.traceId)
})

test('a failure is one, and what the client did wrong is none', async () => {
  const spans = await traced([{ target: '/fail' }, { target: '/nothing' }])
  expect(spans).toMatchObject([
    { name: 'GET /fail', isError: true, attributes: { 'http.response.status_code': 500, 'error.type': '500' } },
    { name: 'GET', isError: false, attributes: { 'http.response.status_code': 404 } },
  ])
  expect(spans[1]?.attributes).not.toHaveProperty('http.route')
})

test('probes of nobody who is traced are no spans', async () => {
  const spans = await traced([
    { target: '/healthz' },
    { target: '/readyz?verbose' },
    { target: '/livez' },
    { target: '/healthz', headers: [asked] },
  ])
  expect(spans.map(({ name }) => name)).toEqual(['GET /healthz'])
})

test('the log has the ids of the span that it was written for', async () => {
  const [span] = await traced([{ target: '/fail', headers: [asked] }])
  const lines = host?.log.all.filter((line) => line['requestId'] !== undefined) ?? []
  expect(lines).toHaveLength(2)
  for (const line of lines) expect(line).toMatchObject({ trace_id: traceId, span_id: span?.spanId })
})

test('what is sent names the service, and has the headers of the settings', async () => {
  const settings = {
    headers: 'authorization=Bearer%20x,tenant=a',
    resourceAttributes: 'deployment.environment.name=test',
  }
  const [span] = await traced([{ target: '/greeting' }], settings, { K_REVISION: 'sample-00001', HOSTNAME: 'pod-1' })
  expect(span?.resource).toMatchObject({
    'service.name': 'sample',
    'service.version': expect.any(String) as string,
    'service.instance.id': 'pod-1',
    'faas.name': 'sample',
    'faas.version': 'sample-00001',
    'deployment.environment.name': 'test',
    'telemetry.sdk.language': 'nodejs',
  })
  expect(receiver.exports[0]).toMatchObject({
    path: '/v1/traces',
    headers: { authorization: 'Bearer x', tenant: 'a', 'content-type': 'application/x-protobuf' },
  })
})

test("OpenTelemetry's own variables say the same", async () => {
  host = await startHost(
    makeSample().function,
    {},
    {
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1',
      OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${receiver.url}/other`,
      OTEL_EXPORTER_OTLP_HEADERS: 'tenant=b',
      OTEL_SERVICE_NAME: 'renamed',
      OTEL_TRACES_SAMPLER: 'traceidratio',
      OTEL_TRACES_SAMPLER_ARG: '1',
    },
  )
  await askOnce(host.port, { target: '/greeting' })
  await host.stop()
  expect(receiver.exports).toMatchObject([{ path: '/other', headers: { tenant: 'b' } }])
  expect(receiver.spans[0]?.resource['service.name']).toBe('renamed')
})

test.for([
  [{ sampler: 'parentbased_always_on' }, ['sampled', 'root']],
  [{ sampler: 'parentbased_always_off' }, ['sampled']],
  [{ sampler: 'parentbased_traceidratio', samplerArgument: 0 }, ['sampled']],
  [{ sampler: 'always_on' }, ['sampled', 'unsampled', 'root']],
  [{ sampler: 'always_off' }, []],
] as const)('%j records %j', async ([settings, recorded]) => {
  const spans = await traced(
    [
      { target: '/words/sampled', headers: [asked] },
      { target: '/words/unsampled', headers: [`traceparent: 00-${'a'.repeat(32)}-${caller}-00`] },
      { target: '/words/root' },
    ],
    settings,
  )
  expect(spans.map(({ attributes }) => String(attributes['url.path']).slice('/words/'.length))).toEqual(recorded)
})

test('a ratio of traces is recorded, the same wherever they come by', async () => {
  const ids = Array.from({ length: 400 }, (_, index) => {
    return `${'c'.repeat(18)}${Math.floor((index / 400) * 16 ** 8)
      .toString(16)
      .padStart(8, '0')}000000`
  })
  const requests = ids.map((id) => ({ target: '/greeting', headers: [`traceparent: 00-${id}-${caller}-01`] }))
  const spans = await traced(requests, { sampler: 'traceidratio', samplerArgument: 0.25 })
  expect(spans.map((span) => span.traceId)).toEqual(ids.slice(300))
})

test.for([{ disabled: true }, { endpoint: undefined }])('%j traces nothing', async (settings) => {
  expect(await traced([{ target: '/greeting', headers: [asked] }], settings)).toEqual([])
  expect(receiver.exports).toEqual([])
  const [line] = host?.log.requests ?? []
  // The trace is that of whoever sent it, and this has no span in it.
  expect(line).toMatchObject({ trace_id: traceId })
  expect(line).not.toHaveProperty('span_id')
})

test('a collector that is away costs its spans, and nothing else', async () => {
  const endpoint = `http://127.0.0.1:${await unusedPort()}`
  await traced([{ target: '/greeting' }, { target: '/greeting' }], { endpoint, timeoutMs: 300 })
  expect(host?.log.requests.map(({ status }) => status)).toEqual([200, 200])
})

test('a collector that refuses is told of once', async () => {
  receiver.status = 400
  await traced([{ target: '/greeting' }])
  expect(host?.log.all.filter(({ msg }) => msg === 'spans are not taken, and are lost')).toHaveLength(1)
})
