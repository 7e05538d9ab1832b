import { join } from 'node:path'

import { afterAll, beforeAll, expect, test } from 'vitest'

import { Subject } from './_runtime/testing/contract/subject.ts'
import { migratedDatabase, type TestDatabase } from './_runtime/testing/database.ts'
import type { Ports } from './_runtime/testing/framework-process.ts'
import { tokenEntry } from './_runtime/testing/guarded-sample.ts'
import { Issuer } from './_runtime/testing/issuer.ts'
import { ServerProcess } from './_runtime/testing/server-process.ts'
import { startHost, type TestHost } from './_runtime/testing/test-host.ts'
import { configs } from './configs/index.ts'

const limitBytes = 100_000
const frameworkScript = join(import.meta.dirname, '_runtime/testing/framework-process.ts')

let database: TestDatabase
let issuer: Issuer
let framework: ServerProcess
let frameworkPorts: Ports
let node: TestHost

beforeAll(async () => {
  database = await migratedDatabase('configs', join(import.meta.dirname, 'configs/migrations'))
  issuer = await Issuer.start('ES256')
  const env = {
    DATABASE_URL: database.url,
    LIMITS_BODY_BYTES: String(limitBytes),
    CONFIGS_AUTH_TOKENS_READER: tokenEntry('reads', 'configs:read'),
    CONFIGS_AUTH_JWT_ISSUER: issuer.name,
    CONFIGS_AUTH_JWT_AUDIENCE: issuer.audience,
    CONFIGS_AUTH_JWT_JWKS_URL: issuer.url,
  }
  framework = new ServerProcess([frameworkScript, join(import.meta.dirname, 'list.ts')], env)
  frameworkPorts = (await framework.message()) as Ports
  node = await startHost(configs, {}, env)
})

afterAll(async () => {
  await node.stop()
  await framework.kill()
  await issuer.stop()
  await database.drop()
})

// A function that asks for tokens, under our own host and under functions-framework: the same answers.
const subject = new Subject(configs.definition, limitBytes, () => {
  return { node, framework: { port: frameworkPorts['configs'] ?? 0, log: framework.log } }
})
const bearer = (token: string): string[] => [`authorization: Bearer ${token}`]
const config = JSON.stringify({ name: 'contract', metadata: {} })

test('a token of the settings', async () => {
  expect((await subject.ask({ target: '/configs', headers: bearer('reads') })).status).toBe(200)
  expect((await subject.ask({ target: '/configs' })).status).toBe(401)
  expect((await subject.ask({ target: '/configs', headers: bearer('other') })).status).toBe(401)
  expect((await subject.ask({ target: '/search', headers: ['authorization: Basic YTpi'] })).status).toBe(401)
})

test('a token of the issuer', async () => {
  const reading = await issuer.sign('ES256', { scope: 'configs:read' })
  expect((await subject.ask({ target: '/configs/datacenter-1', headers: bearer(reading) })).status).toBe(200)
  const expired = await issuer.sign('ES256', { scope: 'configs:read', exp: 1 })
  expect((await subject.ask({ target: '/configs/datacenter-1', headers: bearer(expired) })).status).toBe(401)
  expect((await subject.ask({ target: '/configs', headers: bearer(`${reading}x`) })).status).toBe(401)
})

test('a body that may not be sent', async () => {
  const type = 'content-type: application/json'
  const post = { method: 'POST', target: '/configs', body: config }
  expect((await subject.ask({ ...post, headers: [type] })).status).toBe(401)
  expect((await subject.ask({ ...post, headers: [type, ...bearer('reads')] })).status).toBe(403)
  const malformed = { ...post, body: '{', headers: [type, ...bearer('reads')] }
  expect((await subject.ask(malformed)).status).toBe(403)
})

test.for(['/healthz', '/livez', '/version', '/openapi.json', '/not-there'])('%s asks for none', async (target) => {
  expect((await subject.ask({ target })).status).toBe(target === '/not-there' ? 404 : 200)
})
