import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'

import type { FunctionInstance } from '../_runtime/function/instance.ts'
import { migrate } from '../_runtime/postgres/migrations.ts'
import { callerOf, instanceOf, type Call } from '../_runtime/testing/call.ts'
import { testDatabase, type TestDatabase } from '../_runtime/testing/database.ts'
import { unusedPort } from '../_runtime/testing/unused-port.ts'
import { configs } from './index.ts'
import { migrations } from './testing/open-configs.ts'

let database: TestDatabase
const opened: FunctionInstance[] = []

beforeAll(async () => {
  database = await testDatabase()
})

afterEach(() => Promise.all(opened.splice(0).map((instance) => instance.close())))

afterAll(() => database.drop())

/** @param settings of the database */
function callWith(settings: Readonly<Record<string, unknown>>): Call {
  const instance = instanceOf(configs, { database: settings })
  opened.push(instance)
  return callerOf(instance)
}

const requests = [
  ['GET /configs', undefined],
  ['POST /configs', { name: 'x', metadata: {} }],
  ['GET /configs/x', undefined],
  ['PUT /configs/x', { name: 'x', metadata: {} }],
  ['PATCH /configs/x', {}],
  ['DELETE /configs/x', undefined],
  ['PUT /configs/x?create=true', { name: 'x', metadata: {} }],
  ['GET /configs/x/versions', undefined],
  ['GET /configs/x/versions/1', undefined],
  ['GET /configs/x/diff?from=1&to=2', undefined],
  ['POST /configs/x/versions/1/restore', undefined],
] as const

// A deadline that is longer than a test may take: what is answered did not wait for it.
const slowly = { connectTimeoutMs: 60_000, queryTimeoutMs: 60_000 }

test.each(requests)('%s is 503 at once while nobody listens where the database was', async (request, body) => {
  const call = callWith({ ...slowly, url: `postgres://user:secret@127.0.0.1:${await unusedPort()}/none` })
  const answers = await Promise.all(Array.from({ length: 20 }, () => call(request, { body })))
  for (const { status, headers, body: problem } of answers) {
    expect(status).toBe(503)
    expect(headers['retry-after']).toMatch(/^\d+$/)
    expect(headers['content-type']).toBe('application/problem+json')
    expect(problem).toMatchObject({ detail: 'The database cannot be reached now.' })
    expect(JSON.stringify(problem)).not.toContain('secret')
  }
})

test('a create with a key is 503 while the database is away', async () => {
  const call = callWith({ ...slowly, url: `postgres://user:secret@127.0.0.1:${await unusedPort()}/none` })
  const body = { name: 'x', metadata: {} }
  expect((await call('POST /configs', { body, headers: { 'idempotency-key': 'a' } })).status).toBe(503)
})

test.each(requests)('%s is 503 and says so where the database has not been migrated', async (request, body) => {
  const { status, headers, body: problem } = await callWith({ ...slowly, url: database.url })(request, { body })
  expect(status).toBe(503)
  expect(headers['retry-after']).toMatch(/^\d+$/)
  expect(problem).toMatchObject({ detail: expect.stringContaining('quartet migrate') })
})

test('what needs a migration that has not been run is 503, and what does not is answered', async () => {
  const older = await testDatabase()
  const folder = mkdtempSync(join(tmpdir(), 'quartet-'))
  try {
    for (const name of ['001_configs.sql', '002_versions.sql']) cpSync(join(migrations, name), join(folder, name))
    await migrate(older.url, 'configs', folder)
    const call = callWith({ ...slowly, url: older.url })
    const { status, body } = await call('GET /search?metadata.monitoring.enabled=true')
    expect(status).toBe(503)
    expect(body).toMatchObject({ detail: expect.stringContaining('quartet migrate') })
    expect((await call('GET /configs')).status).toBe(200)
    expect((await call('GET /configs/datacenter-1')).status).toBe(200)
  } finally {
    rmSync(folder, { recursive: true })
    await older.drop()
  }
})

test.each([
  ['password', (url: URL) => (url.password = 'wrong')],
  ['database', (url: URL) => (url.pathname = '/nosuch')],
])('a wrong %s is 503, and tells no stranger what it is', async (_, spoil) => {
  const url = new URL(database.url)
  spoil(url)
  const { status, body } = await callWith({ ...slowly, url: url.href })('GET /configs')
  expect(status).toBe(503)
  expect(body).toMatchObject({ detail: expect.stringContaining('refuses') })
  expect(JSON.stringify(body)).not.toMatch(/wrong|nosuch|password/)
})

test('readiness says whether the database answers', async () => {
  const ready = await callWith({ ...slowly, url: database.url })('GET /readyz')
  expect(ready.status).toBe(200)
  expect(ready.body).toMatchObject({ status: 'ok', checks: { database: { status: 'ok' } } })
  const url = `postgres://user:secret@127.0.0.1:${await unusedPort()}/none`
  const failed = await callWith({ ...slowly, url })('GET /readyz')
  expect(failed.status).toBe(503)
  expect(failed.body).toMatchObject({
    status: 'failed',
    checks: { database: { status: 'failed', detail: 'The database cannot be reached now.' } },
  })
})

test('what needs no database is answered without one', async () => {
  const call = callWith({ ...slowly, url: `postgres://user:secret@127.0.0.1:${await unusedPort()}/none` })
  expect((await call('GET /healthz')).status).toBe(200)
  expect((await call('GET /livez')).status).toBe(200)
  expect((await call('GET /openapi.json')).status).toBe(200)
  expect((await call('POST /configs', { body: '{' })).status).toBe(400)
})
