import { afterEach, expect, test } from 'vitest'

import { askOnce, RawConnection, requestBytes } from '../testing/raw-connection.ts'
import { makeSample, type Sample } from '../testing/sample.ts'
import { startHost, type TestHost } from '../testing/test-host.ts'

let sample: Sample
let host: TestHost
const connections: RawConnection[] = []

async function start(limits: Readonly<Record<string, number>>): Promise<void> {
  sample = makeSample()
  host = await startHost(sample.function, { limits })
}

async function open(options?: { reads: boolean }): Promise<RawConnection> {
  const connection = await RawConnection.open(host.port, options)
  connections.push(connection)
  return connection
}

/** The status that a body is answered with. */
async function statusOf(body: string): Promise<number> {
  const request = { method: 'POST', target: '/words', headers: ['content-type: application/json'], body }
  return (await askOnce(host.port, request)).status
}

afterEach(async () => {
  for (const connection of connections.splice(0)) connection.destroy()
  await host.stop()
})

test('above the limit of requests in flight the answer is 429 with Retry-After, and probes are answered', async () => {
  await start({ inFlight: 2 })
  const held = [await open(), await open()]
  for (const client of held) await client.send({ target: '/wait' })
  await sample.gate.holds(2)
  const refused = await askOnce(host.port, { target: '/greeting' })
  expect(refused).toMatchObject({
    status: 429,
    headers: { 'retry-after': '1', 'content-type': 'application/problem+json' },
  })
  expect(await askOnce(host.port, { target: '/healthz' })).toMatchObject({ status: 200, body: 'OK' })
  expect(await askOnce(host.port, { target: '/readyz' })).toMatchObject({ status: 200 })
  sample.gate.open()
  for (const client of held) expect((await client.answer()).status).toBe(200)
  expect(await askOnce(host.port, { target: '/greeting' })).toMatchObject({ status: 200 })
})

test('the 429 of a request with a large body leaves the connection usable', async () => {
  await start({ inFlight: 1 })
  await (await open()).send({ target: '/wait' })
  await sample.gate.holds(1)
  const client = await open()
  const refused = await client.ask({ method: 'POST', target: '/words', body: 'x'.repeat(1_000_000) })
  expect(refused.status).toBe(429)
  expect((await client.ask({ target: '/healthz' })).status).toBe(200)
})

test.for([
  ['announce', 'content-length: 1000000'],
  ['send in chunks', 'transfer-encoding: chunked'],
] as const)('bodies that clients %s and do not send shut nobody out', async ([, header]) => {
  await start({ inFlightBytes: 1000, bodyBytes: 1_048_576 })
  const headers = ['content-type: application/json', header]
  for (let count = 0; count < 5; count += 1) await (await open()).send({ method: 'POST', target: '/words', headers })
  expect(await statusOf('{"word":"one"}')).toBe(200)
})

test('bodies that have arrived are limited together, and the connection is usable after the 429', async () => {
  await start({ inFlightBytes: 1000 })
  const headers = ['content-type: application/json', 'content-length: 901']
  const first = await open()
  await first.send({ method: 'POST', target: '/words', headers })
  await first.send(`{"word":"${'x'.repeat(800)}`)
  await expect.poll(() => statusOf(`{"word":"${'y'.repeat(500)}"}`)).toBe(429)
  expect(await statusOf('{"word":"one"}')).toBe(200)
  await first.send(`${'x'.repeat(90)}"}`)
  expect((await first.answer()).status).toBe(200)
  expect(await statusOf(`{"word":"${'y'.repeat(500)}"}`)).toBe(200)
})

test('a client that says it will send 1 GB gets its 413 at once', async () => {
  await start({ bodyBytes: 100 })
  const client = await open()
  await client.send(
    'POST /words HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 1000000000\r\n\r\n{',
  )
  const { status, headers } = await client.answer()
  expect(status).toBe(413)
  expect(headers['connection']).toBe('close')
  expect(await client.ended()).toBe('')
})

test.for([
  ['says so', ['content-length: 8000000'], [Buffer.alloc(8_000_000, 'x')]],
  ['does not say so', ['transfer-encoding: chunked'], ['7a1200\r\n', Buffer.alloc(8_000_000, 'x'), '\r\n0\r\n\r\n']],
] as const)('a client that sends 8 MB and %s reads its 413 when it is done with sending', async ([, headers, body]) => {
  await start({ bodyBytes: 100 })
  const client = await open({ reads: false })
  const request = { method: 'POST', target: '/words', headers: ['content-type: application/json', ...headers] }
  void client.send(request)
  for (const part of body) await client.send(part)
  client.read()
  expect((await client.answer()).status).toBe(413)
  expect(await client.ended()).toBe('')
})

test('a client that closes its connection itself reads the answer that came before its body', async () => {
  await start({})
  const client = await open({ reads: false })
  await client.send({
    method: 'POST',
    target: '/nothing',
    headers: ['connection: close'],
    body: Buffer.alloc(4_000_000),
  })
  client.read()
  expect((await client.answer()).status).toBe(404)
})

test('a body of exactly the limit is read, and of one byte more is not', async () => {
  await start({ bodyBytes: 20 })
  expect(await statusOf('{"word":"123456789"}')).toBe(200)
  expect(await statusOf('{"word":"1234567890"}')).toBe(413)
})

test('a client that never reads is cut off, and holds no request meanwhile', async () => {
  await start({ stallTimeoutMs: 200 })
  const client = await open({ reads: false })
  await client.send({ target: '/bytes/50000000' })
  await host.log.untilRequests(1)
  expect(host.instance.inFlight).toBe(0)
  // A drain ends when the last connection is gone: here by the timeout, not by being cut off.
  expect(await host.host.drain({ listenMs: 0, idleMs: 0, timeoutMs: 15_000 })).toBe(0)
})

test('a client that asks and asks and reads nothing is soon not read from either', async () => {
  await start({})
  const client = await open({ reads: false })
  const asked = requestBytes({ target: '/bytes/100000' }).toString().repeat(1000)
  for (let round = 0; round < 50; round += 1) void client.send(asked)
  // Each of these is a turn in which the server could have read from the other client too.
  const other = await open()
  for (let turn = 0; turn < 100; turn += 1) await other.ask({ target: '/healthz' })
  expect(host.log.requests.filter(({ route }) => route === '/bytes/:count').length).toBeLessThan(10_000)
})
