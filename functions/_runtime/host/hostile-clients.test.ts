import { afterEach, beforeEach, expect, test } from 'vitest'

import { RawConnection, requestBytes } from '../testing/raw-connection.ts'
import { makeSample, type Sample } from '../testing/sample.ts'
import { startHost, type TestHost } from '../testing/test-host.ts'

let sample: Sample
let host: TestHost
const connections: RawConnection[] = []

beforeEach(async () => {
  sample = makeSample()
  host = await startHost(sample.function, { limits: { headersTimeoutMs: 100, bodyTimeoutMs: 100, bodyBytes: 100_000 } })
})

afterEach(async () => {
  for (const connection of connections.splice(0)) connection.destroy()
  await host.stop()
})

async function open(options?: { reads: boolean }): Promise<RawConnection> {
  const connection = await RawConnection.open(host.port, options)
  connections.push(connection)
  return connection
}

function problemOf(body: string): unknown {
  return JSON.parse(body)
}

test('a client whose headers do not come is cut off with 408', async () => {
  const client = await open()
  await client.send('GET /greeting HTTP/1.1\r\nHost: loc')
  const { status, headers, body } = await client.answer()
  expect(status).toBe(408)
  expect(headers).toMatchObject({ connection: 'close', 'content-type': 'application/problem+json' })
  expect(problemOf(body)).toMatchObject({ status: 408, title: 'Request Timeout' })
  expect(await client.ended()).toBe('')
})

test('a client that sends nothing at all is cut off', async () => {
  const client = await open()
  expect((await client.answer()).status).toBe(408)
  expect(await client.ended()).toBe('')
})

test('a body that does not come in time is answered 408, and the connection closes', async () => {
  const client = await open()
  await client.send(
    'POST /words HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 15\r\n\r\n{"wor',
  )
  const { status, headers, body } = await client.answer()
  expect(status).toBe(408)
  expect(headers['connection']).toBe('close')
  expect(problemOf(body)).toMatchObject({ detail: 'The body did not arrive within 100 ms.' })
  expect(await client.ended()).toBe('')
})

test.for([
  ['bytes that are no text', Buffer.from([0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0xff, 0xfe, 0x0a, 0x0a])],
  ['a request line of nothing', '\r\n\r\n GET\r\n\r\n'],
  ['a version that is not spoken', 'GET / HTTP/9.9\r\n\r\n'],
  ['a header without a colon', 'GET / HTTP/1.1\r\nHost localhost\r\n\r\n'],
  ['a length that is no number', 'POST /words HTTP/1.1\r\nHost: a\r\nContent-Length: ten\r\n\r\n'],
  [
    'two ways to say where the body ends',
    'POST /words HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
  ],
  ['two lengths', 'POST /words HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabc'],
  ['a header with a bare line feed in it', 'GET / HTTP/1.1\r\nHost: a\r\nX: a\nb\r\n\r\n'],
] as const)('%s is answered 400, and the connection closes', async ([, bytes]) => {
  const client = await open()
  await client.send(bytes)
  const { status, headers, body } = await client.answer()
  expect(status).toBe(400)
  expect(headers['connection']).toBe('close')
  expect(problemOf(body)).toMatchObject({ title: 'Bad Request', detail: 'This is not an HTTP/1.1 request.' })
  expect(await client.ended()).toBe('')
})

test('garbage that goes on and on does not keep the refusal from being read', async () => {
  const client = await open({ reads: false })
  await client.send(Buffer.alloc(4_000_000, '\0'))
  client.read()
  expect((await client.answer()).status).toBe(400)
})

test('headers over the limit are answered 431, and the connection closes', async () => {
  const client = await open()
  await client.send({ target: '/greeting', headers: [`x-large: ${'x'.repeat(20_000)}`] })
  const { status, body } = await client.answer()
  expect(status).toBe(431)
  expect(problemOf(body)).toMatchObject({ detail: 'The headers are over the limit of 16384 bytes.' })
  expect(await client.ended()).toBe('')
})

test('chunk extensions over the limit are answered 413', async () => {
  const client = await open()
  await client.send(
    'POST /words HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n',
  )
  await client.send(`2;${'x'.repeat(20_000)}\r\n{}\r\n0\r\n\r\n`)
  const { status, headers } = await client.answer()
  expect(status).toBe(413)
  expect(headers['connection']).toBe('close')
})

test('a body that makes no sense is answered 400 even where it comes before anybody reads it', async () => {
  const client = await open()
  await client.send(
    'POST /words HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nzz',
  )
  expect((await client.answer()).status).toBe(400)
  expect(await client.ended()).toBe('')
})

test('a body whose chunks make no sense is answered 400 under its request id, and logged so', async () => {
  const client = await open()
  await client.send('POST /words HTTP/1.1\r\nHost: a\r\nX-Request-Id: odd\r\nContent-Type: application/json\r\n')
  await client.send('Transfer-Encoding: chunked\r\n\r\n5\r\n{"wor\r\n')
  await expect.poll(() => host.instance.inFlight).toBe(1)
  await client.send('zz\r\n')
  const { status, headers, body } = await client.answer()
  expect(status).toBe(400)
  expect(headers['connection']).toBe('close')
  expect(problemOf(body)).toMatchObject({ requestId: 'odd' })
  expect(await client.ended()).toBe('')
  expect(host.log.requests).toMatchObject([{ requestId: 'odd', route: '/words', status: 400 }])
})

test('a body that makes no sense is not answered again where the request was answered without it', async () => {
  const client = await open()
  await client.send('GET /greeting HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n')
  expect((await client.answer()).status).toBe(200)
  await client.send('zz\r\n')
  expect(await client.ended()).toBe('')
})

test('half a request and then nothing leaves nothing behind', async () => {
  const client = await open()
  await client.send(
    'POST /words HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 15\r\n\r\n{"wor',
  )
  client.reset()
  const [line] = await host.log.untilRequests(1)
  expect(line).toMatchObject({ route: '/words', status: 499 })
  expect(host.instance.inFlight).toBe(0)
})

test('a client that leaves while a handler works aborts the handler and is logged as 499', async () => {
  const client = await open()
  await client.send({ target: '/wait', headers: ['x-request-id: gone'] })
  await sample.gate.holds(1)
  expect(host.instance.inFlight).toBe(1)
  client.destroy()
  await sample.gate.holds(0)
  const [line] = await host.log.untilRequests(1)
  expect(line).toMatchObject({ requestId: 'gone', route: '/wait', status: 499, level: 'info' })
  expect(host.instance.inFlight).toBe(0)
})

test('what Node makes of an aborted signal is no error of ours', async () => {
  const client = await open()
  await client.send({ target: '/work/60000' })
  await expect.poll(() => host.instance.inFlight).toBe(1)
  client.destroy()
  await host.log.untilRequests(1)
  expect(host.log.all).toMatchObject([{ msg: 'request', status: 499 }])
})

test('a client that leaves aborts the requests that wait behind others too', async () => {
  const client = await open()
  await client.send(Buffer.concat([requestBytes({ target: '/wait' }), requestBytes({ target: '/wait' })]))
  await sample.gate.holds(2)
  client.destroy()
  await sample.gate.holds(0)
  expect(await host.log.untilRequests(2)).toMatchObject([{ status: 499 }, { status: 499 }])
})

test('a handler that works on without its client is still counted until it is done', async () => {
  const client = await open()
  await client.send({ target: '/stay' })
  await sample.gate.holds(1)
  client.destroy()
  expect(host.instance.inFlight).toBe(1)
  sample.gate.open()
  await host.log.untilRequests(1)
  expect(host.instance.inFlight).toBe(0)
})

test('a reply that HTTP cannot carry becomes a 500', async () => {
  const client = await open()
  const { status, body } = await client.ask({ target: '/misshapen' })
  expect(status).toBe(500)
  expect(problemOf(body)).toMatchObject({ title: 'Internal Server Error' })
  expect(host.log.requests).toMatchObject([{ status: 500 }])
  expect((await client.ask({ target: '/greeting' })).status).toBe(200)
})

test('CONNECT closes the connection, and nobody is harmed', async () => {
  const client = await open()
  await client.send('CONNECT example.org:443 HTTP/1.1\r\nHost: example.org\r\n\r\n')
  expect(await client.ended()).toBe('')
  expect((await (await open()).ask({ target: '/greeting' })).status).toBe(200)
})
