import { createHmac } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'

import { callerOf, instanceOf, type Call, type Received } from '../testing/call.ts'
import { bearing, guarded, tokenEntry } from '../testing/guarded-sample.ts'
import { Issuer } from '../testing/issuer.ts'
import { samplesOf } from '../testing/samples.ts'
import { startHost } from '../testing/test-host.ts'

const algorithms = ['RS256', 'PS256', 'ES256', 'EdDSA']
let issuer: Issuer
let call: Call

beforeAll(async () => {
  issuer = await Issuer.start(...algorithms, 'ES384')
  call = callerOf(
    instanceOf(guarded, { auth: { tokens: { static: tokenEntry('static', 'guarded:read') }, jwt: jwt() } }),
  )
})

afterAll(() => issuer.stop())

function jwt(others: Readonly<Record<string, unknown>> = {}): Readonly<Record<string, unknown>> {
  return { issuer: issuer.name, audience: issuer.audience, jwksUrl: issuer.url, ...others }
}

function ask(token: string, caller = call): Promise<Received> {
  return caller('GET /things', { headers: bearing(token) })
}

/** What a token is answered that is refused. */
function refused(detail: string): object {
  const challenge = `Bearer realm="guarded", error="invalid_token", error_description="${detail}"`
  return { status: 401, headers: { 'www-authenticate': challenge }, body: { detail } }
}

function encoded(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}

const nowSeconds = (): number => Math.floor(Date.now() / 1000)

test.for(algorithms)('a token signed with %s lets in', async (algorithm) => {
  expect(await ask(await issuer.sign(algorithm))).toMatchObject({ status: 200, body: { actor: 'ann' } })
})

test('the keys are asked for once', async () => {
  await Promise.all(algorithms.map(async (algorithm) => ask(await issuer.sign(algorithm))))
  expect(issuer.asked).toBe(1)
})

test('a token that is none of the issuer is looked up among the static ones', async () => {
  expect(await ask('static')).toMatchObject({ status: 200, body: { actor: 'static' } })
})

test.for([
  { scope: 'other:read guarded:read' },
  { scope: undefined, scp: 'guarded:read other:read' },
  { scope: undefined, scp: ['other:read', 'guarded:read'] },
  { scope: ['guarded:read'] },
  { scope: 'other:read', scp: ['guarded:read'] },
])('%j has the scope', async (claims) => {
  expect((await ask(await issuer.sign('ES256', claims))).status).toBe(200)
})

test.for([
  { scope: undefined },
  { scope: '' },
  { scope: 'guarded:rea' },
  { scope: 'guarded:read-not' },
  { scope: { 'guarded:read': true } },
  { scope: undefined, scp: [['guarded:read']] },
  { scope: undefined, scopes: ['guarded:read'] },
])('%j has not', async (claims) => {
  const { status, headers } = await ask(await issuer.sign('ES256', claims))
  expect(status).toBe(403)
  expect(headers['www-authenticate']).toContain('error="insufficient_scope"')
})

test('times are compared with the tolerance of the settings', async () => {
  const now = nowSeconds()
  expect((await ask(await issuer.sign('ES256', { exp: now - 10, nbf: now + 10 }))).status).toBe(200)
  expect(await ask(await issuer.sign('ES256', { exp: now - 60 }))).toMatchObject(refused('The token has expired.'))
  expect(await ask(await issuer.sign('ES256', { nbf: now + 60 }))).toMatchObject(refused('The token is not valid yet.'))
  const exact = callerOf(instanceOf(guarded, { auth: { jwt: jwt({ clockToleranceSeconds: 0 }) } }))
  expect(await ask(await issuer.sign('ES256', { exp: now - 10 }), exact)).toMatchObject(
    refused('The token has expired.'),
  )
})

test.for([
  [{ iss: 'https://other.example.org' }, 'The token is of another issuer.'],
  [{ iss: undefined }, 'The token is of another issuer.'],
  [{ aud: 'others' }, 'The token is for another audience.'],
  [{ aud: ['others'] }, 'The token is for another audience.'],
  [{ aud: undefined }, 'The token is for another audience.'],
  [{ exp: undefined }, 'The token lacks a claim that is needed, or has one that cannot be read.'],
  [{ sub: undefined }, 'The token lacks a claim that is needed, or has one that cannot be read.'],
  [{ sub: '' }, 'The token lacks a claim that is needed, or has one that cannot be read.'],
  [{ sub: 'a\u0000b' }, 'The token lacks a claim that is needed, or has one that cannot be read.'],
  [{ sub: 'a\ud800b' }, 'The token lacks a claim that is needed, or has one that cannot be read.'],
  [{ sub: 'a'.repeat(256) }, 'The token lacks a claim that is needed, or has one that cannot be read.'],
] as const)('a token with %j is refused', async ([claims, detail]) => {
  expect(await ask(await issuer.sign('ES256', claims as never))).toMatchObject(refused(detail))
})

test('the actor can be another claim, and one of several audiences is enough', async () => {
  const caller = callerOf(instanceOf(guarded, { auth: { jwt: jwt({ actorClaim: 'email' }) } }))
  const claims = { email: 'ann@example.org', aud: ['others', issuer.audience] }
  expect((await ask(await issuer.sign('ES256', claims), caller)).body).toEqual({ actor: 'ann@example.org' })
})

test('a token without a signature is refused', async () => {
  const [, payload] = (await issuer.sign('ES256')).split('.')
  for (const alg of ['none', 'None', 'NONE', '']) {
    const detail =
      alg === ''
        ? 'The Authorization header has no bearer token that can be read.'
        : 'The token is signed with an algorithm that is not allowed.'
    expect(await ask(`${encoded({ alg, kid: 'ES256' })}.${payload}.`)).toMatchObject(refused(detail))
  }
})

test('a token whose signature was made with the public key as a secret is refused', async () => {
  const [, payload] = (await issuer.sign('RS256')).split('.')
  const text = `${encoded({ alg: 'HS256', kid: 'RS256' })}.${payload}`
  const signature = createHmac('sha256', issuer.publicKey('RS256')).update(text).digest('base64url')
  expect(await ask(`${text}.${signature}`)).toMatchObject(
    refused('The token is signed with an algorithm that is not allowed.'),
  )
})

test('an algorithm must be allowed, also where there is a key for it', async () => {
  const detail = 'The token is signed with an algorithm that is not allowed.'
  expect(await ask(await issuer.sign('ES384'))).toMatchObject(refused(detail))
  const caller = callerOf(instanceOf(guarded, { auth: { jwt: jwt({ algorithms: 'ES384 RS256' }) } }))
  expect((await ask(await issuer.sign('ES384'), caller)).status).toBe(200)
  expect(await ask(await issuer.sign('ES256'), caller)).toMatchObject(refused(detail))
})

test('a token that was changed, or signed by another, is refused', async () => {
  const detail = 'The signature of the token is wrong.'
  const [header, payload, signature] = (await issuer.sign('ES256')).split('.')
  const claims = JSON.parse(Buffer.from(payload ?? '', 'base64url').toString()) as object
  expect(await ask(`${header}.${encoded({ ...claims, sub: 'bob' })}.${signature}`)).toMatchObject(refused(detail))
  const other = await Issuer.start('ES256')
  try {
    expect(await ask(await other.sign('ES256'))).toMatchObject(refused(detail))
  } finally {
    await other.stop()
  }
})

test('a token must name a key that there is, where there are several', async () => {
  const detail = 'The token does not say with which of the keys of its issuer it is signed, or it is none of them.'
  expect(await ask(await issuer.sign('ES256', {}, { kid: 'unknown' }))).toMatchObject(refused(detail))
  await issuer.addKey('ES256-second', 'ES256')
  const caller = callerOf(instanceOf(guarded, { auth: { jwt: jwt() } }))
  expect(await ask(await issuer.sign('ES256', {}, {}), caller)).toMatchObject(refused(detail))
  expect((await ask(await issuer.sign('EdDSA', {}, {}), caller)).status).toBe(200)
  issuer.removeKey('ES256-second')
})

test('the keys can come from a file', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'quartet-keys-'))
  try {
    const jwksFile = join(folder, 'jwks.json')
    const caller = callerOf(instanceOf(guarded, { auth: { jwt: jwt({ jwksUrl: undefined, jwksFile }) } }))
    expect((await ask(await issuer.sign('ES256'), caller)).status).toBe(503)
    writeFileSync(jwksFile, issuer.jwks)
    const again = callerOf(instanceOf(guarded, { auth: { jwt: jwt({ jwksUrl: undefined, jwksFile }) } }))
    expect((await ask(await issuer.sign('ES256'), again)).status).toBe(200)
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test('without keys the answer is 503, and not that the token is wrong', async () => {
  await issuer.stop()
  const caller = callerOf(instanceOf(guarded, { auth: { jwt: jwt() } }))
  const token = await issuer.sign('ES256')
  try {
    const { status, headers, body } = await ask(token, caller)
    expect(status).toBe(503)
    expect(headers).toMatchObject({ 'retry-after': '5' })
    expect(headers['www-authenticate']).toBeUndefined()
    expect(body).toMatchObject({ detail: 'The keys with which tokens are checked cannot be had now. Ask again.' })
    // What asks for no key is refused as ever.
    expect((await caller('GET /things')).status).toBe(401)
    // Whose keys are known already goes on serving.
    expect((await ask(token)).status).toBe(200)
  } finally {
    await issuer.listen()
  }
  await expect.poll(async () => (await ask(token, caller)).status, { timeout: 15_000 }).toBe(200)
})

test('no log has a token, a claim or a part of either, whatever becomes of them', async () => {
  const host = await startHost(guarded, { auth: { jwt: jwt() }, logLevel: 'trace' })
  try {
    const secret = 'hunter2'
    const tokens = await Promise.all([
      issuer.sign('ES256', { sub: secret }),
      issuer.sign('ES256', { sub: secret, exp: 1 }),
      issuer.sign('ES256', { sub: secret, aud: secret }),
      issuer.sign('ES256', { sub: secret, scope: secret }),
      issuer.sign('ES256', { sub: secret }, { kid: secret }),
    ])
    for (const token of tokens) {
      await (await fetch(`http://127.0.0.1:${host.port}/things`, { headers: bearing(token) })).arrayBuffer()
    }
    const statuses = (await host.log.untilRequests(tokens.length)).map(({ status }) => status)
    expect(statuses).toEqual([200, 401, 401, 403, 401])
    const log = JSON.stringify(host.log.all)
    expect(log).not.toContain(secret)
    for (const part of tokens.flatMap((token) => token.split('.'))) expect(log).not.toContain(part)
    const samples = samplesOf(host.metrics)
    for (const reason of ['expired', 'wrong_audience', 'insufficient_scope', 'unknown_key']) {
      expect(samples[`auth_rejections_total{function="guarded",reason="${reason}"}`]).toBe(1)
    }
  } finally {
    await host.stop()
  }
})

test('whatever looks like a token and is none is refused, and nothing else happens', async () => {
  const [header = '', payload = '', signature = ''] = (await issuer.sign('ES256')).split('.')
  const part = fc.oneof(
    fc.constantFrom(header, payload, signature),
    fc.string({ minLength: 1 }).map((text) => Buffer.from(text).toString('base64url')),
    fc.json().map((text) => Buffer.from(text).toString('base64url')),
    fc.uint8Array({ minLength: 1, maxLength: 100 }).map((bytes) => Buffer.from(bytes).toString('base64url')),
    fc
      .record({
        alg: fc.oneof(fc.constantFrom(...algorithms, 'ES256', 'none', 'HS256'), fc.string()),
        kid: fc.oneof(fc.constantFrom(...algorithms), fc.jsonValue()),
        crit: fc.oneof(fc.constant(undefined), fc.jsonValue()),
        b64: fc.oneof(fc.constant(undefined), fc.jsonValue()),
        jwk: fc.oneof(fc.constant(undefined), fc.jsonValue()),
        typ: fc.oneof(fc.constant(undefined), fc.jsonValue()),
      })
      .map(encoded),
  )
  await fc.assert(
    fc.asyncProperty(fc.array(part, { minLength: 1, maxLength: 5 }), async (parts) => {
      const token = parts.join('.')
      fc.pre(token !== `${header}.${payload}.${signature}`)
      expect((await ask(token)).status).toBe(401)
    }),
    { numRuns: 1000 },
  )
})
