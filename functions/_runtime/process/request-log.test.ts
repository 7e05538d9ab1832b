import { afterEach, expect, test } from 'vitest'

import type { LogLine } from '../testing/log-lines.ts'
import { askOnce, type Answer, type RawRequest } from '../testing/raw-connection.ts'
import { makeSample } from '../testing/sample.ts'
import { startHost, type TestHost } from '../testing/test-host.ts'

let host: TestHost

afterEach(async () => {
  await host.stop()
})

async function start(settings: Readonly<Record<string, unknown>> = {}): Promise<void> {
  host = await startHost(makeSample().function, settings)
}

async function ask(request: RawRequest): Promise<Answer> {
  return askOnce(host.port, request)
}

/** Asks once, and finds all that the log says of it. */
async function linesOf(request: RawRequest): Promise<readonly LogLine[]> {
  await ask(request)
  await host.log.untilRequests(1)
  return host.log.all
}

test('a request is one line, with what is known of it and nothing else', async () => {
  await start()
  const traceparent = 'traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'
  const [line, ...others] = await linesOf({ target: '/words/hello', headers: ['x-request-id: one', traceparent] })
  expect(line).toEqual({
    level: 'info',
    time: expect.any(Number),
    function: 'sample',
    requestId: 'one',
    trace_id: '4bf92f3577b34da6a3ce929d0e0e4736',
    method: 'GET',
    route: '/words/:word',
    status: 200,
    durationMs: expect.any(Number),
    msg: 'request',
  })
  expect(others).toEqual([])
})

test('a request without a trace has no trace id', async () => {
  await start()
  const [line] = await linesOf({ target: '/healthz', headers: ['traceparent: 00-0-0-00'] })
  expect(line).not.toHaveProperty('trace_id')
})

test('every request is one line, however it is answered', async () => {
  await start()
  const json = ['content-type: application/json']
  const requests: [RawRequest, string, number][] = [
    [{ target: '/healthz' }, '/healthz', 200],
    [{ method: 'HEAD', target: '/greeting' }, '/greeting', 200],
    [{ method: 'OPTIONS', target: '/greeting' }, '/greeting', 204],
    [{ method: 'OPTIONS', target: '*' }, '*', 204],
    [{ method: 'DELETE', target: '/words/one' }, '/words/:word', 405],
    [{ target: '/nothing' }, 'unmatched', 404],
    [{ target: '/%ff' }, 'unmatched', 400],
    [{ method: 'POST', target: '/words', headers: json, body: '{"word":1}' }, '/words', 400],
    [{ method: 'POST', target: '/words', body: '{}' }, '/words', 415],
    [{ method: 'POST', target: '/words', headers: [...json, 'content-length: 9000000'] }, '/words', 413],
    [{ target: '/fail' }, '/fail', 500],
  ]
  for (const [request] of requests) await ask(request)
  const lines = await host.log.untilRequests(requests.length)
  expect(lines.map(({ route, status }) => [route, status])).toEqual(
    requests.map(([, route, status]) => [route, status]),
  )
  expect(lines.map(({ method }) => method)).toEqual(requests.map(([{ method = 'GET' }]) => method))
})

test('what a client sends is never in the log: no path, query, header or body', async () => {
  await start({ logLevel: 'trace' })
  const secret = 'hunter3'
  const headers = [
    `authorization: Bearer ${secret}`,
    `cookie: session=${secret}`,
    `x-api-key: ${secret}`,
    `user-agent: ${secret}`,
  ]
  const json = [...headers, 'content-type: application/json']
  await ask({ target: `/words/${secret}?token=${secret}`, headers })
  await ask({ target: `/${secret}?%ff${secret}`, headers })
  await ask({ target: `/${secret}/%ff`, headers })
  await ask({ target: `/fail?${secret}`, headers })
  await ask({ method: 'POST', target: '/words', headers: json, body: JSON.stringify({ word: secret }) })
  await ask({ method: 'POST', target: '/words', headers: json, body: JSON.stringify({ [secret]: secret }) })
  await ask({ method: 'POST', target: '/words', headers: json, body: `{${secret}` })
  await ask({ method: 'POST', target: '/words', headers: [...headers, `content-type: ${secret}`], body: secret })
  await ask({ target: '/', headers: [`x-request-id: ${secret} with a space`, `traceparent: ${secret}`] })
  await host.log.untilRequests(9)
  expect(JSON.stringify(host.log.all)).not.toContain(secret)
})

test('a failure is one more line, with its stack, and strangers are told nothing', async () => {
  await start()
  const { body } = await ask({ target: '/fail', headers: ['x-request-id: unlucky'] })
  const [failure, request, ...others] = host.log.all
  expect(failure).toMatchObject({ level: 'error', function: 'sample', requestId: 'unlucky' })
  expect(failure?.['err']).toMatchObject({
    message: 'the password is hunter2',
    stack: expect.stringContaining('sample.ts'),
  })
  expect(request).toMatchObject({ level: 'error', requestId: 'unlucky', route: '/fail', status: 500, msg: 'request' })
  expect(others).toEqual([])
  expect(JSON.parse(body)).toEqual({
    type: 'about:blank',
    title: 'Internal Server Error',
    status: 500,
    detail: 'Something went wrong on our side. The log has the reason under request id unlucky.',
    requestId: 'unlucky',
  })
})

test('why a check of readiness failed is in the log, and strangers are told nothing', async () => {
  await start({ greeting: 'broken' })
  const { status, body } = await ask({ target: '/readyz' })
  expect(status).toBe(503)
  expect(body).not.toContain('hunter2')
  const [failure] = host.log.all
  expect(failure).toMatchObject({
    level: 'warn',
    check: 'open',
    err: { message: 'the sample does not open with hunter2' },
  })
})

test.for([
  ['debug', 2, 2],
  ['info', 2, 2],
  ['warn', 1, 2],
  ['error', 1, 2],
  ['silent', 0, 0],
] as const)(
  'at the level %s, of an answer and a failure %i requests are logged',
  async ([logLevel, requests, lines]) => {
    await start({ logLevel })
    await ask({ target: '/greeting' })
    await ask({ target: '/fail' })
    expect(host.log.requests).toHaveLength(requests)
    expect(host.log.all.filter(({ level }) => level === 'error')).toHaveLength(lines)
  },
)

test('what is no request is refused with an id, under which a line says so', async () => {
  await start()
  const { status, headers } = await askOnce(host.port, { target: '/ no path' })
  expect(status).toBe(400)
  expect(host.log.all).toMatchObject([{ level: 'info', msg: 'refused', route: 'unmatched', status }])
  expect(host.log.all[0]?.['requestId']).toBe(headers['x-request-id'])
})
