import { Validator } from '@seriousme/openapi-schema-validator'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { configure } from '../settings/configuration.ts'
import { callerOf, instanceOf } from '../testing/call.ts'
import { bearing, guarded, tokenEntry } from '../testing/guarded-sample.ts'
import { samplesOf } from '../testing/samples.ts'
import { startHost, type TestHost } from '../testing/test-host.ts'

const tokens = {
  reader: tokenEntry('reads-things', 'guarded:read'),
  writer: tokenEntry('writes-things', 'guarded:read', 'guarded:write'),
}
const call = callerOf(instanceOf(guarded, { auth: { tokens } }))

test('without settings nobody is asked who they are', async () => {
  const open = callerOf(instanceOf(guarded))
  const { status, headers, body } = await open('GET /things', { headers: bearing('whatever') })
  expect({ status, body }).toEqual({ status: 200, body: {} })
  expect(headers).toEqual({ 'content-type': 'application/json' })
})

test('a token lets in whoever it was made for', async () => {
  expect(await call('GET /things', { headers: bearing('reads-things') })).toMatchObject({
    status: 200,
    body: { actor: 'reader' },
  })
  expect(await call('PUT /things', { headers: bearing('writes-things'), body: { thing: 'a' } })).toMatchObject({
    status: 200,
    body: { actor: 'writer', thing: 'a' },
  })
})

test.for(['Bearer reads-things', 'bearer reads-things', 'BEARER   reads-things', 'Bearer reads-things '])(
  '%j is how a token is sent',
  async (authorization) => {
    expect((await call('GET /things', { headers: { authorization } })).status).toBe(200)
  },
)

test.for([{}, { authorization: 'Basic cmVhZHM6dGhpbmdz' }, { authorization: 'reads-things' }, { authorization: '' }])(
  'with %j a token is asked for, and no error is named',
  async (headers) => {
    const answer = await call('GET /things', { headers })
    expect(answer).toMatchObject({
      status: 401,
      headers: { 'www-authenticate': 'Bearer realm="guarded"', 'content-type': 'application/problem+json' },
      body: { title: 'Unauthorized', status: 401 },
    })
  },
)

test.for(['Bearer', 'Bearer ', 'Bearer a b', 'Bearer "reads-things"', 'Bearer =', 'Bearer reads-things,'])(
  '%j has no token that can be read',
  async (authorization) => {
    const { status, headers } = await call('GET /things', { headers: { authorization } })
    expect(status).toBe(401)
    expect(headers['www-authenticate']).toMatch(
      /^Bearer realm="guarded", error="invalid_token", error_description="[^"\\]+"$/,
    )
  },
)

test.for([
  'reads-thing',
  'reads-things1',
  'READS-THINGS',
  tokens.reader.slice(7, 71),
  'a.b.c',
  'eyJhbGciOiJub25lIn0.e30.',
])('nobody has the token %s', async (token) => {
  const { status, headers, body } = await call('GET /things', { headers: bearing(token) })
  expect(status).toBe(401)
  expect(headers['www-authenticate']).toContain('error="invalid_token"')
  expect(body).toMatchObject({ detail: 'Nobody has this token.' })
})

test('a token without the scope is answered 403, which names it', async () => {
  const { status, headers, body } = await call('PUT /things', {
    headers: bearing('reads-things'),
    body: { thing: 'a' },
  })
  expect(status).toBe(403)
  expect(headers['www-authenticate']).toBe(
    'Bearer realm="guarded", error="insufficient_scope", error_description="The token does not allow guarded:write.", scope="guarded:write"',
  )
  expect(body).toMatchObject({ title: 'Forbidden', detail: 'The token does not allow guarded:write.' })
})

test('a route can name a scope of its own', async () => {
  expect((await call('POST /questions', { headers: bearing('writes-things') })).headers['www-authenticate']).toContain(
    'scope="guarded:ask"',
  )
})

test('HEAD takes what GET takes', async () => {
  expect((await call('HEAD /things')).status).toBe(401)
  expect((await call('HEAD /things', { headers: bearing('reads-things') })).status).toBe(200)
})

test.for([
  'GET /',
  'GET /alive',
  'GET /healthz',
  'GET /livez',
  'GET /readyz',
  'GET /version',
  'GET /openapi.json',
] as const)('%s is open', async (request) => {
  const { status, headers } = await call(request)
  expect(status).toBe(200)
  expect(headers['vary']).toBeUndefined()
})

test('nobody is told what a route would answer before they may ask: not what is wrong, not what is there', async () => {
  const requests = ['GET /things/one', 'GET /things/two', 'PUT /things'] as const
  for (const request of requests) {
    const answers = await Promise.all(
      [{}, { 'if-none-match': '"1"' }, { 'content-type': 'text/plain' }].map((headers) =>
        call(request, { headers, body: '{' }),
      ),
    )
    expect(answers.map(({ status }) => status)).toEqual([401, 401, 401])
  }
})

test('which paths and methods there are is told to anybody, as the OpenAPI document does', async () => {
  expect((await call('GET /nothing')).status).toBe(404)
  expect((await call('DELETE /things')).status).toBe(405)
  expect((await call('OPTIONS /things')).status).toBe(204)
})

test('no cache keeps an answer for others, whatever it was', async () => {
  const headers = bearing('reads-things')
  const answers = await Promise.all([
    call('GET /things', { headers }),
    call('GET /things/one', { headers }),
    call('GET /things/one', { headers: { ...headers, 'if-none-match': '"1"' } }),
    call('GET /things/two', { headers }),
    call('GET /things'),
    call('PUT /things', { headers }),
  ])
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 304, 404, 401, 403])
  for (const answer of answers) expect(answer.headers['cache-control']).toBe('private, no-cache')
  expect(answers.map((answer) => answer.headers['vary'])).toEqual([
    'authorization',
    'accept, authorization',
    ...Array.from({ length: 4 }, () => 'authorization'),
  ])
})

function security(scope: string): object {
  return { security: [{ bearer: [scope] }], responses: { 401: {}, 403: {} } }
}

test('the OpenAPI document says which scope a route needs, where tokens are asked for', async () => {
  const { body } = await call('GET /openapi.json')
  expect(await new Validator().validate(body as Record<string, unknown>)).toEqual({ valid: true })
  expect(body).toMatchObject({
    components: { securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } } },
    paths: {
      '/things': { get: security('guarded:read'), put: security('guarded:write') },
      '/questions': { post: security('guarded:ask') },
    },
  })
  for (const path of ['/', '/alive', '/healthz']) expect(body).not.toHaveProperty(['paths', path, 'get', 'security'])
  const open = await callerOf(instanceOf(guarded))('GET /openapi.json')
  expect(JSON.stringify(open.body)).not.toMatch(/security|"401"/)
})

test('whatever is sent as a token is refused, and nothing else happens', async () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string().map((token) => `Bearer ${token}`),
    fc.base64String().map((token) => `Bearer ${token}`),
  )
  await fc.assert(
    fc.asyncProperty(text, async (authorization) => {
      const { status, headers } = await call('GET /things', { headers: { authorization } })
      expect(status).toBe(401)
      expect(headers['www-authenticate']).toMatch(/^Bearer realm="guarded"/)
    }),
    { numRuns: 500 },
  )
})

describe('on a host', () => {
  let host: TestHost

  beforeAll(async () => {
    host = await startHost(guarded, { auth: { tokens }, logLevel: 'trace' })
  })

  afterAll(() => host.stop())

  async function ask(path: string, init: RequestInit = {}): Promise<Response> {
    const response = await fetch(`http://127.0.0.1:${host.port}${path}`, init)
    await response.arrayBuffer()
    return response
  }

  function reload(auth: unknown): Promise<void> {
    const preset = { host: '127.0.0.1', port: 0, auth }
    return host.instance.reload(configure('guarded', guarded.definition.settings, { env: {}, preset }).settings)
  }

  test('no log has a token, or the header that it came in', async () => {
    await ask('/things', { headers: bearing('reads-things') })
    await ask('/things', { method: 'PUT', headers: bearing('reads-things') })
    await ask('/things', { headers: bearing('unknown-things') })
    await ask('/things', { headers: { authorization: 'Basic c2VjcmV0' } })
    const log = JSON.stringify(await host.log.untilRequests(4)) + JSON.stringify(host.log.all)
    expect(log).toContain('/things')
    for (const secret of ['reads-things', 'unknown-things', 'c2VjcmV0', 'authorization', 'sha256']) {
      expect(log.toLowerCase()).not.toContain(secret.toLowerCase())
    }
  })

  test('what was refused is counted by the reason, of which there are few', async () => {
    const name = 'auth_rejections_total{function="guarded",reason="unknown_token"}'
    const before = samplesOf(host.metrics)
    for (const token of ['one', 'two', 'three']) await ask('/things', { headers: bearing(token) })
    const after = samplesOf(host.metrics)
    expect(Object.keys(after)).toEqual(Object.keys(before))
    expect(after[name]).toBe((before[name] ?? Number.NaN) + 3)
  })

  test('a body that nobody may send is not read', async () => {
    const response = await ask('/things', { method: 'PUT', body: 'x'.repeat(5_000_000) })
    expect(response.status).toBe(401)
  })

  test('other settings, read while it runs, hold from then on', async () => {
    await reload({ tokens: { other: tokenEntry('other-things', 'guarded:read') } })
    expect((await ask('/things', { headers: bearing('reads-things') })).status).toBe(401)
    expect((await ask('/things', { headers: bearing('other-things') })).status).toBe(200)
    await expect(reload({ tokenFile: '/nowhere' })).rejects.toThrow('/nowhere: auth.tokenFile: The file cannot be read')
    expect((await ask('/things', { headers: bearing('other-things') })).status).toBe(200)
    await reload({})
    expect((await ask('/things')).status).toBe(200)
  })
})
