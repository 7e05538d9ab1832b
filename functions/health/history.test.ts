import { join } from 'node:path'

import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'

import type { FunctionInstance } from '../_runtime/function/instance.ts'
import { callerOf, instanceOf, type Call } from '../_runtime/testing/call.ts'
import { migratedDatabase, type TestDatabase } from '../_runtime/testing/database.ts'
import { makeSample } from '../_runtime/testing/sample.ts'
import { startHost, type TestHost } from '../_runtime/testing/test-host.ts'
import { unusedPort } from '../_runtime/testing/unused-port.ts'
import { health } from './index.ts'

let database: TestDatabase
const opened: FunctionInstance[] = []
const hosts: TestHost[] = []

beforeAll(async () => {
  database = await migratedDatabase('health', join(import.meta.dirname, 'migrations'))
})

afterEach(async () => {
  await Promise.all(opened.splice(0).map((instance) => instance.close()))
  await Promise.all(hosts.splice(0).map((host) => host.stop()))
})

afterAll(() => database.drop())

function open(targets: Readonly<Record<string, string>>, url = database.url): Call {
  const instance = instanceOf(health, { targets, database: { url } })
  opened.push(instance)
  return callerOf(instance)
}

async function functionAt(settings: Readonly<Record<string, unknown>> = {}): Promise<string> {
  const host = await startHost(makeSample().function, { logLevel: 'silent', ...settings })
  hosts.push(host)
  return `http://127.0.0.1:${host.port}`
}

test('changes of state are kept once, whoever saw them, the latest first', async () => {
  const well = await functionAt()
  const broken = await functionAt({ greeting: 'broken' })
  const one = open({ first: well })
  const other = open({ first: well })
  for (const call of [one, other, one, other]) await call('GET /health')
  await open({ first: broken })('GET /health')
  await opened.pop()?.close()
  const { status, body } = await one('GET /health/history?function=first')
  expect(status).toBe(200)
  expect(body).toEqual([
    { function: 'first', state: 'degraded', reason: expect.stringContaining('open'), seenAt: expect.any(String) },
    { function: 'first', state: 'ready', seenAt: expect.any(String) },
  ])
})

test('those who see a change at once keep it once', async () => {
  const well = await functionAt()
  const calls = Array.from({ length: 8 }, () => open({ second: well }))
  await Promise.all(calls.map((call) => call('GET /health')))
  await Promise.all(opened.splice(0).map((instance) => instance.close()))
  const { body } = await open({})('GET /health/history?function=second')
  expect(body).toHaveLength(1)
})

test('as many are answered as are asked for', async () => {
  const well = await functionAt()
  const call = open({ third: well, fourth: well, fifth: well })
  await call('GET /health')
  expect((await call('GET /health/history?limit=2')).body).toHaveLength(2)
  expect((await call('GET /health/history?limit=0')).status).toBe(400)
})

test('while the database is away, health is told all the same', async () => {
  const nowhere = `postgres://nobody@127.0.0.1:${await unusedPort()}/none`
  const call = open({ sixth: await functionAt() }, nowhere)
  expect((await call('GET /health')).status).toBe(200)
  expect((await call('GET /health/history')).status).toBe(503)
})

test('where no database is set, there is no history, and it is said how to have one', async () => {
  const instance = instanceOf(health, {})
  opened.push(instance)
  expect(await callerOf(instance)('GET /health/history')).toMatchObject({
    status: 404,
    body: { detail: expect.stringContaining('DATABASE_URL') },
  })
})
