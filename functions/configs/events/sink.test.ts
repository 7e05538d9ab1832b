import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import { createServer as createNetServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

import { afterEach, beforeEach, expect, test } from 'vitest'

import { unusedPort } from '../../_runtime/testing/unused-port.ts'
import { Sink } from './sink.ts'
import { EventSink } from './testing/event-sink.ts'

const event = { attributes: { id: '1' }, data: '{"é":1}' }
let server: EventSink
let sink: Sink

beforeEach(async () => {
  server = await EventSink.open()
  sink = open()
})

afterEach(async () => {
  sink.rest()
  await server.close()
})

function open(timeoutMs = 20_000, url = server.url): Sink {
  return new Sink({ sink: url, mode: 'binary', timeoutMs, concurrency: 2 })
}

function answer(status: number, headers: Readonly<Record<string, string>> = {}): void {
  server.behavior = (_, response) => response.writeHead(status, headers).end('an answer that nobody reads')
}

test.each([200, 201, 202, 204])('%i: it was taken', async (status) => {
  answer(status)
  expect(await sink.send(event)).toEqual({ outcome: 'taken' })
  expect(server.arrived[0]).toMatchObject({ attributes: { id: '1' }, data: '{"é":1}' })
  expect(server.arrived[0]?.headers['content-length']).toBe('8')
})

test.each([400, 413, 414, 415, 422, 431])('%i: it is refused', async (status) => {
  answer(status)
  expect(await sink.send(event)).toEqual({ outcome: 'refused', reason: `HTTP ${status}` })
})

test.each([304, 401, 403, 404, 405, 408, 409, 410, 425, 429, 500, 502, 503, 504, 599])(
  '%i: it is to be sent again',
  async (status) => {
    answer(status)
    expect(await sink.send(event)).toMatchObject({ outcome: 'failed', reason: `HTTP ${status}` })
  },
)

test('a redirect is not followed', async () => {
  const other = await EventSink.open()
  answer(307, { location: other.url })
  expect(await sink.send(event)).toMatchObject({ outcome: 'failed', reason: 'HTTP 307' })
  expect(other.arrived).toEqual([])
  await other.close()
})

test.each([
  ['3', 3000],
  ['0', 0],
  ['99999999', 3_600_000],
  ['Sun, 06 Nov 1994 08:49:37 GMT', 0],
  ['soon', undefined],
])('Retry-After: %s is %j ms', async (text, retryAfterMs) => {
  answer(503, { 'retry-after': text })
  expect(await sink.send(event)).toMatchObject({ outcome: 'failed', retryAfterMs })
})

test('Retry-After can be a date', async () => {
  answer(503, { 'retry-after': new Date(Date.now() + 100_000).toUTCString() })
  const delivery = await sink.send(event)
  const waitMs = delivery.outcome === 'failed' ? (delivery.retryAfterMs ?? 0) : 0
  expect(waitMs).toBeGreaterThan(10_000)
  expect(waitMs).toBeLessThanOrEqual(100_000)
})

test('nobody there is said with the reason', async () => {
  const url = `http://127.0.0.1:${await unusedPort()}/`
  expect(await open(20_000, url).send(event)).toEqual({ outcome: 'failed', reason: 'no answer: ECONNREFUSED' })
})

test('no answer in time is an answer', async () => {
  const hold = Promise.withResolvers<void>()
  server.behavior = () => hold.promise
  expect(await open(100).send(event)).toEqual({ outcome: 'failed', reason: 'no answer in 100 ms' })
  hold.resolve()
})

test('what is being sent can be broken off', async () => {
  const hold = Promise.withResolvers<void>()
  server.behavior = () => hold.promise
  const stop = new AbortController()
  const delivery = sink.send(event, stop.signal)
  await expect.poll(() => server.arrived.length).toBe(1)
  stop.abort()
  expect(await delivery).toMatchObject({ outcome: 'failed' })
  hold.resolve()
})

test('what is not HTTP, and what ends before it is, is to be sent again', async () => {
  const replies = [
    '',
    'nonsense\r\n\r\n',
    'HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n',
  ]
  const raw = createNetServer((socket) => {
    socket.on('error', () => {})
    socket.once('data', () => socket.end(replies.shift() ?? ''))
  }).listen(0, '127.0.0.1')
  await once(raw, 'listening')
  const address = raw.address()
  const url = `http://127.0.0.1:${address !== null && typeof address === 'object' ? address.port : 0}/`
  for (let reply = 0; reply < 3; reply += 1) {
    expect(await open(20_000, url).send(event)).toMatchObject({
      outcome: 'failed',
      reason: expect.stringMatching(/^no answer/),
    })
  }
  raw.close()
})

test('of an answer without an end only the beginning is read', async () => {
  let written = 0
  const flood = async (response: ServerResponse): Promise<void> => {
    while (!response.destroyed && written < 100_000_000) {
      if (!response.write(Buffer.alloc(65_536))) await sleep(1)
      written += 65_536
    }
  }
  const flooded = Promise.withResolvers<void>()
  server.behavior = (_, response) => {
    response.writeHead(200)
    void flood(response).then(flooded.resolve)
  }
  expect(await sink.send(event)).toEqual({ outcome: 'taken' })
  await flooded.promise
  expect(written).toBeLessThan(50_000_000)
})

test('connections are used again, and no more of them at once than there may be', async () => {
  server.behavior = () => sleep(20)
  const sent = await Promise.all(Array.from({ length: 10 }, () => sink.send(event)))
  expect(sent.every(({ outcome }) => outcome === 'taken')).toBe(true)
  expect(server.mostAtOnce).toBe(2)
})
