import { fileURLToPath } from 'node:url'

import { afterEach, beforeEach, expect, test } from 'vitest'

import { OtlpReceiver } from '../testing/otlp-receiver.ts'
import { askOnce } from '../testing/raw-connection.ts'
import { ServerProcess } from '../testing/server-process.ts'
import { unusedPort } from '../testing/unused-port.ts'

const script = fileURLToPath(new URL('../testing/sample-process.ts', import.meta.url))
const usual = { HOST: '127.0.0.1', PORT: '0', DRAIN_LISTEN_MS: '0' }
const traceId = '4bf92f3577b34da6a3ce929d0e0e4736'
const caller = '00f067aa0ba902b7'
const headers = [`traceparent: 00-${traceId}-${caller}-01`]

let receiver: OtlpReceiver
let server: ServerProcess

beforeEach(async () => {
  receiver = await OtlpReceiver.start()
})

afterEach(async () => {
  await server.kill()
  receiver.stop()
})

test('a start is a span beside that of the request that waited for it, sent before the process ends', async () => {
  server = new ServerProcess([script], { ...usual, OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url })
  const port = await server.port()
  await askOnce(port, { target: '/healthz', headers })
  await askOnce(port, { target: '/greeting', headers })
  await askOnce(port, { target: '/greeting', headers })
  server.signal('SIGTERM')
  expect(await server.exitCode()).toBe(0)
  const parts = ['Node.js', 'load', 'listen']
  const all = receiver.spans.toSorted((one, other) => Number(one.startNs - other.startNs))
  const spans = all.filter(({ name }) => !parts.includes(name))
  expect(spans).toMatchObject([
    { name: 'cold start', traceId, parentSpanId: caller },
    { name: 'GET /healthz', traceId, attributes: { 'faas.coldstart': false } },
    { name: 'GET /greeting', traceId, attributes: { 'faas.coldstart': true } },
    { name: 'GET /greeting', traceId, attributes: { 'faas.coldstart': false } },
  ])
  const ofStart = all.filter(({ parentSpanId }) => parentSpanId === spans[0]?.spanId)
  expect(ofStart.map(({ name }) => name)).toEqual(parts)
  // It ends where the request begins.
  expect(spans[0]?.endNs).toBe(spans[2]?.startNs)
})

test('spans are sent while the process runs', async () => {
  const env = { ...usual, OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url }
  server = new ServerProcess([script], env)
  await askOnce(await server.port(), { target: '/greeting', headers })
  await receiver.untilExports(1)
  expect(receiver.spans.map(({ name }) => name)).toContain('GET /greeting')
})

test('a collector that is away holds up the end no longer than it may', async () => {
  const endpoint = `http://127.0.0.1:${await unusedPort()}`
  server = new ServerProcess([script], { ...usual, TRACING_ENDPOINT: endpoint, TRACING_TIMEOUT_MS: '200' })
  await askOnce(await server.port(), { target: '/greeting' })
  server.signal('SIGTERM')
  expect(await server.exitCode()).toBe(0)
})

test('gRPC is refused in words, before anything is asked', async () => {
  server = new ServerProcess([script], {
    ...usual,
    OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
    OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc',
  })
  expect(await server.exitCode()).toBe(1)
  expect(server.stderr).toContain('environment OTEL_EXPORTER_OTLP_PROTOCOL: tracing.protocol: Expected http/protobuf')
})
