import { once } from 'node:events'
import { createServer as createHttpServer, type RequestListener } from 'node:http'
import { createServer, type Server, type Socket } from 'node:net'

import { afterEach, expect, test } from 'vitest'

import { callerOf, instanceOf, type Received } from '../_runtime/testing/call.ts'
import { makeSample } from '../_runtime/testing/sample.ts'
import { startHost } from '../_runtime/testing/test-host.ts'
import { unusedPort } from '../_runtime/testing/unused-port.ts'
import { health } from './index.ts'

const atEnd: (() => Promise<unknown>)[] = []

afterEach(() => Promise.all(atEnd.splice(0).map((end) => end())))

/** @returns the address of a real function behind a real host */
async function functionAt(settings: Readonly<Record<string, unknown>> = {}): Promise<string> {
  const host = await startHost(makeSample().function, { logLevel: 'silent', ...settings })
  atEnd.push(() => host.stop())
  return `http://127.0.0.1:${host.port}`
}

async function addressOf(server: Server): Promise<string> {
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => sockets.add(socket))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  atEnd.push(async () => {
    for (const socket of sockets) socket.destroy()
    server.close()
    await once(server, 'close')
  })
  const address = server.address()
  return `http://127.0.0.1:${address !== null && typeof address === 'object' ? address.port : 0}`
}

const answering = (listener: RequestListener): Promise<string> => addressOf(createHttpServer(listener))
const saying = (text: string): Promise<string> =>
  addressOf(createServer((socket) => socket.on('data', () => socket.end(text))))

async function ask(
  targets: Readonly<Record<string, string>>,
  {
    timeoutMs = 15_000,
    headers = {},
    required,
  }: { timeoutMs?: number; headers?: Record<string, string>; required?: string } = {},
): Promise<Received> {
  const instance = instanceOf(health, { targets, timeoutMs, required })
  try {
    return await callerOf(instance)('GET /health', { headers })
  } finally {
    await instance.close()
  }
}

test('functions that can answer are ready', async () => {
  const { status, headers, body } = await ask({ one: await functionAt(), other: `${await functionAt()}/` })
  expect(status).toBe(200)
  expect(headers).toMatchObject({ 'content-type': 'application/json', 'cache-control': 'no-store', vary: 'accept' })
  expect(body).toEqual({
    state: 'ready',
    source: 'addresses',
    wakes: true,
    keepsHistory: false,
    seenAt: expect.stringMatching(/^\d{4}-.*Z$/),
    functions: {
      one: { state: 'ready', durationMs: expect.any(Number) },
      other: { state: 'ready', durationMs: expect.any(Number) },
    },
  })
})

test('a function of which a check fails is degraded, with the reason', async () => {
  const { status, body } = await ask({ one: await functionAt(), broken: await functionAt({ greeting: 'broken' }) })
  expect(status).toBe(503)
  expect(body).toMatchObject({
    state: 'degraded',
    functions: { one: { state: 'ready' }, broken: { state: 'degraded', reason: expect.stringContaining('open: ') } },
  })
})

test('a function that is about to end is degraded', async () => {
  const host = await startHost(makeSample().function, { logLevel: 'silent' })
  atEnd.push(() => host.stop())
  host.instance.drain()
  const { status, body } = await ask({ one: `http://127.0.0.1:${host.port}` })
  expect(status).toBe(503)
  expect(body).toMatchObject({ functions: { one: { state: 'degraded', reason: 'draining' } } })
})

test('those that are required decide, and one of them that is not known is missed', async () => {
  const targets = { one: await functionAt(), broken: await functionAt({ greeting: 'broken' }) }
  expect(await ask(targets, { required: 'one' })).toMatchObject({ status: 200, body: { state: 'ready' } })
  expect(await ask(targets, { required: 'one, broken' })).toMatchObject({ status: 503, body: { state: 'degraded' } })
  expect(await ask(targets, { required: 'one,other' })).toMatchObject({ status: 503, body: { state: 'unknown' } })
})

test('a function that is not there is down, whatever the others are', async () => {
  const gone = `http://127.0.0.1:${await unusedPort()}`
  const { status, body } = await ask({
    one: await functionAt(),
    broken: await functionAt({ greeting: 'broken' }),
    gone,
  })
  expect(status).toBe(503)
  expect(body).toMatchObject({
    state: 'down',
    functions: { one: { state: 'ready' }, gone: { state: 'down', reason: 'No answer: ECONNREFUSED.' } },
  })
})

test('a name that leads nowhere is down', async () => {
  const { body } = await ask({ lost: 'http://no-such-host.invalid' })
  expect(body).toMatchObject({ functions: { lost: { state: 'down', reason: expect.stringMatching(/^No answer/) } } })
})

test('where no function is known, the state is unknown', async () => {
  const { status, body } = await ask({})
  expect(status).toBe(200)
  expect(body).toEqual({
    state: 'unknown',
    source: 'none',
    wakes: false,
    keepsHistory: false,
    seenAt: expect.any(String),
    functions: {},
  })
})

test.each<[string, () => Promise<string>]>([
  ['accepts and says nothing', () => addressOf(createServer(() => {}))],
  ['begins an answer and stops', () => answering((_, response) => response.writeHead(200).write('{"status":'))],
  [
    'answers a byte at a time without end',
    () =>
      answering((_, response) => {
        const timer = setInterval(() => response.write(' '), 10)
        response.once('close', () => clearInterval(timer))
      }),
  ],
])('a function that %s is down when its time is over, and holds up no other', async (_, open) => {
  const { status, body } = await ask({ slow: await open(), one: await functionAt() }, { timeoutMs: 1000 })
  expect(status).toBe(503)
  expect(body).toMatchObject({
    functions: { one: { state: 'ready' }, slow: { state: 'down', reason: 'No answer in time.' } },
  })
})

const ready = JSON.stringify({ status: 'ok', checks: {} })

test.each<[string, () => Promise<string>]>([
  ['another language than HTTP', () => saying('220 mail.example ESMTP\r\n')],
  ['a page', () => answering((_, response) => response.end('<html></html>'))],
  ['nothing', () => answering((_, response) => response.end())],
  ['JSON of another shape', () => answering((_, response) => response.end('{"status":"ok"}'))],
  ['JSON that nests without end', () => answering((_, response) => response.end('['.repeat(60_000)))],
  ['a list', () => answering((_, response) => response.end(`[${ready}]`))],
  ['more than anybody reads', () => answering((_, response) => response.end(' '.repeat(70_000) + ready))],
  [
    'without end',
    () =>
      answering((_, response) => {
        const more = (): void => {
          while (response.write(' '.repeat(65_536)));
          response.once('drain', more)
        }
        more()
      }),
  ],
])('who answers %s is no function', async (_, open) => {
  const { status, body } = await ask({ odd: await open() })
  expect(status).toBe(503)
  expect(body).toMatchObject({ functions: { odd: { state: 'down', reason: 'The answer is not that of a function.' } } })
})

test('a redirect is not followed', async () => {
  let isAsked = false
  const elsewhere = await answering((_, response) => {
    isAsked = true
    response.end(ready)
  })
  const odd = await answering((_, response) => response.writeHead(302, { location: `${elsewhere}/readyz` }).end())
  const { body } = await ask({ odd })
  expect(body).toMatchObject({ functions: { odd: { state: 'down' } } })
  expect(isAsked).toBe(false)
})

test('an answer that breaks off is none', async () => {
  const odd = await saying('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{')
  expect((await ask({ odd })).body).toMatchObject({
    functions: { odd: { state: 'down', reason: 'No answer: ECONNRESET.' } },
  })
})

test('every function is asked at once', async () => {
  let waiting = 0
  const all = Promise.withResolvers<void>()
  const listener: RequestListener = (_, response) => {
    waiting += 1
    if (waiting === 4) all.resolve()
    void all.promise.then(() => response.end(ready))
  }
  const addresses = await Promise.all([1, 2, 3, 4].map(() => answering(listener)))
  const targets = Object.fromEntries(addresses.map((address, index) => [`function-${index}`, address]))
  expect((await ask(targets)).status).toBe(200)
})

const chromium = 'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;q=0.8'

test.each([
  ['a browser', chromium, 'text/html; charset=utf-8'],
  ['text/html alone', 'text/html', 'text/html; charset=utf-8'],
  ['curl', '*/*', 'application/json'],
  ['a client of the API', 'application/json', 'application/json'],
  ['who names JSON first', 'application/json, text/html', 'application/json'],
  ['who names text/html first', 'text/html, application/json', 'text/html; charset=utf-8'],
  ['who prefers JSON', 'text/html;q=0.5, application/json', 'application/json'],
  ['who prefers text/html', 'application/json; Q=0.5, Text/HTML; q=0.9', 'text/html; charset=utf-8'],
  ['who refuses text/html', 'text/html;q=0', 'application/json'],
  ['who takes text/html if need be', 'text/html;q=0.1, */*', 'application/json'],
  ['who takes anything if need be', 'text/html, */*;q=0.1', 'text/html; charset=utf-8'],
  ['who says nothing', undefined, 'application/json'],
])('%s gets what it asks for', async (_, accept, contentType) => {
  const gone = `http://127.0.0.1:${await unusedPort()}`
  const headers: Record<string, string> = accept === undefined ? {} : { accept }
  const answer = await ask({ gone }, { headers })
  expect(answer.status).toBe(503)
  expect(answer.headers['content-type']).toBe(contentType)
  expect(answer.headers['vary']).toBe('accept')
  const well = await ask({}, { headers })
  expect(well.status).toBe(200)
  expect(well.headers['content-type']).toBe(contentType)
})

test.each(['ftp://host', 'host:80', 'not an address', 'javascript:alert(1)', 'file:///etc/passwd'])(
  '%s is no address of a function',
  (address) => {
    expect(() => instanceOf(health, { targets: { odd: address } })).toThrow('targets.odd')
  },
)
