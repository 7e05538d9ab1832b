import { afterEach, beforeEach, expect, test } from 'vitest'

import { streamedBody } from '../request/body.ts'
import { defineFunction } from '../function/function.ts'
import { badRequest } from '../reply/problem.ts'
import { ok } from '../reply/reply.ts'
import type { StreamLimits } from '../request/request.ts'
import { route } from '../function/route.ts'
import { RuntimeSettings } from '../settings/settings.ts'
import { Gate } from '../testing/gate.ts'
import { RawConnection } from '../testing/raw-connection.ts'
import { startHost, type TestHost } from '../testing/test-host.ts'

const target = '/bytes'
const chunked = {
  method: 'POST',
  target,
  headers: ['content-type: application/octet-stream', 'transfer-encoding: chunked'],
}

let gate: Gate
let limits: StreamLimits
let host: TestHost
let counted = 0
const connections: RawConnection[] = []

const counter = defineFunction({
  name: 'counter',
  summary: 'Counts the bytes of a body while it arrives.',
  example: 'curl $URL/bytes',
  settings: RuntimeSettings,
  open: () => ({}),
  routes: {
    'GET /nothing': route({ summary: 'Answers.', replies: {} }, () => ok({})),
    'POST /bytes': route(
      { summary: 'Counts.', body: { 'application/octet-stream': streamedBody() }, replies: {} },
      async ({ body, isAbandoned }) => {
        for await (const chunk of body.chunks(limits)) {
          counted += chunk.length
          if (chunk.includes('!')) throw badRequest('There is a "!".')
          if (chunk.includes('?')) await gate.pass()
        }
        return ok({ counted, isAbandoned })
      },
    ),
  },
})

beforeEach(async () => {
  gate = new Gate()
  limits = { limitBytes: 100_000_000, timeoutMs: 60_000 }
  counted = 0
  host = await startHost(counter, {
    limits: { bodyBytes: 10, inFlightBytes: 10, bodyTimeoutMs: 100, headersTimeoutMs: 100 },
  })
})

afterEach(async () => {
  gate.open()
  for (const connection of connections.splice(0)) connection.destroy()
  await host.stop()
})

async function open(): Promise<RawConnection> {
  const connection = await RawConnection.open(host.port)
  connections.push(connection)
  return connection
}

function chunkOf(text: string | Buffer): Buffer {
  const bytes = Buffer.from(text)
  return Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from('\r\n')])
}

const end = '0\r\n\r\n'

async function begin(first: string): Promise<RawConnection> {
  const client = await open()
  await client.send(chunked)
  await client.send(chunkOf(first))
  return client
}

test('a body is read that is far over the limits of bodies that are kept, and the connection is usable', async () => {
  const client = await open()
  const headers = ['content-type: application/octet-stream']
  const answer = await client.ask({ method: 'POST', target, headers, body: Buffer.alloc(50_000_000) })
  expect(answer).toMatchObject({ status: 200, body: '{"counted":50000000,"isAbandoned":false}' })
  expect((await client.ask({ target: '/nothing' })).status).toBe(200)
})

test('it may take longer than the host gives to other bodies', { timeout: 60_000 }, async () => {
  const client = await begin('begin')
  // headersTimeoutMs + bodyTimeoutMs + 5 s, and a second until Node looks.
  await new Promise((resolve) => setTimeout(resolve, 7500))
  await client.send(chunkOf('end'))
  await client.send(end)
  expect(await client.answer()).toMatchObject({ status: 200, body: expect.stringContaining('"counted":8') })
})

test('above its own limit the answer is 413, and the connection closes', async () => {
  limits = { ...limits, limitBytes: 10 }
  const announced = await open()
  const headers = ['content-type: application/octet-stream', 'content-length: 11']
  expect(await announced.ask({ method: 'POST', target, headers })).toMatchObject({ status: 413 })
  const sent = await begin('12345678901')
  expect(await sent.answer()).toMatchObject({ status: 413, headers: { connection: 'close' } })
  expect(await sent.ended()).toBe('')
  const fitting = await begin('1234567890')
  await fitting.send(end)
  expect((await fitting.answer()).status).toBe(200)
})

test('after its own deadline the answer is 408', async () => {
  limits = { ...limits, timeoutMs: 50 }
  const client = await begin('begin')
  expect(await client.answer()).toMatchObject({ status: 408, headers: { connection: 'close' } })
  expect(await client.ended()).toBe('')
})

test('what is refused before all of it came is answered, and the connection closes', async () => {
  const client = await open()
  await client.send(chunked)
  await client.send(chunkOf('!'))
  for (let count = 0; count < 20; count += 1) void client.send(chunkOf(Buffer.alloc(100_000)))
  expect(await client.answer()).toMatchObject({ status: 400, headers: { connection: 'close' } })
})

test('a client is not read from while nobody takes what it has sent', async () => {
  const client = await begin('?')
  await gate.holds(1)
  void client.send(chunkOf(Buffer.alloc(50_000_000)))
  for (let turn = 0; turn < 100; turn += 1) await (await open()).ask({ target: '/nothing' })
  expect(counted).toBe(1)
  gate.open()
  await client.send(end)
  expect(await client.answer()).toMatchObject({ status: 200, body: expect.stringContaining('"counted":50000001') })
})

test('a client that leaves ends the reading', async () => {
  const client = await begin('begin')
  await expect.poll(() => counted).toBe(5)
  client.reset()
  await host.log.untilRequests(1)
  expect(host.log.requests).toMatchObject([{ route: '/bytes', status: 499 }])
  expect(host.instance.inFlight).toBe(0)
})

test('what is no chunk is answered 400', async () => {
  const client = await begin('begin')
  await client.send('no chunk\r\n')
  expect((await client.answer()).status).toBe(400)
})

test('a drain waits for it', async () => {
  const client = await begin('begin')
  await expect.poll(() => counted).toBe(5)
  const cutOff = host.host.drain({ listenMs: 0, idleMs: 0, timeoutMs: 30_000 })
  await client.send(chunkOf('end'))
  await client.send(end)
  expect(await client.answer()).toMatchObject({ status: 200 })
  expect(await cutOff).toBe(0)
})

test('a client that waits for 100 Continue is told to send', async () => {
  const client = await open()
  await client.send({ ...chunked, headers: [...chunked.headers, 'expect: 100-continue'] })
  expect((await client.answer()).status).toBe(100)
  await client.send(end)
  expect((await client.answer()).status).toBe(200)
})
