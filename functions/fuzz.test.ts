import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

import * as fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'

import type { AnyDefinition } from './_runtime/function/definition.ts'
import { migrate } from './_runtime/postgres/migrations.ts'
import { testDatabase, type TestDatabase } from './_runtime/testing/database.ts'
import type { MemoryUse } from './_runtime/testing/hosts-process.ts'
import { malformedRequests, type Writes } from './_runtime/testing/malformed-requests.ts'
import { askOnce, RawConnection } from './_runtime/testing/raw-connection.ts'
import { ServerProcess } from './_runtime/testing/server-process.ts'
import { functions } from './list.ts'

const conversations = 10_000
const atOnce = 50
const patienceMs = 100
const seed = 20_261_121
const megabyte = 1_048_576

const definitions = await Promise.all(Object.values(functions).map(async (load) => (await load()).definition))
const bodies = [
  '{"dcname":"fuzz","metadata":{"limits":{"cpu":{"enabled":true,"value":"500m"}}}}',
  '{"name":"fuzz","metadata":{"number":1e400,"text":"\\u0000","list":[null,1.0,{}]}}',
  '{"metadata":{"limits":null}}',
  readFileSync(join(import.meta.dirname, 'predict/examples/seven.json'), 'utf8'),
]

let database: TestDatabase
let server: ServerProcess
let ports: Readonly<Record<string, number>>

beforeAll(async () => {
  database = await testDatabase()
  for (const { name } of definitions) {
    const folder = join(import.meta.dirname, name, 'migrations')
    if (existsSync(folder)) await migrate(database.url, name, folder)
  }
  const script = join(import.meta.dirname, '_runtime/testing/hosts-process.ts')
  server = new ServerProcess(['--expose-gc', script, join(import.meta.dirname, 'list.ts')], {
    DATABASE_URL: database.url,
    LIMITS_BODY_BYTES: '100000',
    DRAIN_LISTEN_MS: '0',
  })
  ports = (await server.message()) as Record<string, number>
})

afterAll(async () => {
  await server.kill()
  await database.drop()
})

function requestsTo(definition: AnyDefinition): fc.Arbitrary<{ name: string; writes: Writes }> {
  const own = Object.keys(definition.routes).map((key) => key.replaceAll(/:\w+/g, 'fuzz'))
  const shared = ['/healthz', '/livez', '/readyz', '/version', '/openapi.json', '/', '/nothing'].map(
    (path) => `GET ${path}`,
  )
  return malformedRequests({ routes: [...own, ...own, ...own, ...shared], bodies }).map((writes) => ({
    name: definition.name,
    writes,
  }))
}

/** Sends what a client sends, then a request that ends the connection, and leaves when that takes long. */
async function converse({ name, writes }: { name: string; writes: Writes }): Promise<void> {
  const connection = await RawConnection.open(ports[name] ?? 0)
  try {
    for (const bytes of writes) await connection.send(bytes)
    await connection.send({ target: '/healthz', headers: ['connection: close'] })
    await Promise.race([connection.ended(), sleep(patienceMs)])
  } finally {
    connection.destroy()
  }
}

async function converseWithAll(all: { name: string; writes: Writes }[]): Promise<void> {
  const rest = all.values()
  const client = async (): Promise<void> => {
    for (const each of rest) await converse(each)
  }
  await Promise.all(Array.from({ length: atOnce }, client))
}

async function memory(): Promise<MemoryUse> {
  return (await server.ask('memory')) as MemoryUse
}

test('10,000 malformed requests cause no failure, no crash and no growth', { timeout: 300_000 }, async () => {
  const samples = fc.sample(fc.oneof(...definitions.map(requestsTo)), { numRuns: conversations, seed })
  await converseWithAll(samples.slice(0, conversations / 2))
  const before = await memory()
  await converseWithAll(samples.slice(conversations / 2))
  const after = await memory()

  expect(server.log.all.filter(({ level, status }) => level !== 'info' || Number(status) >= 500)).toEqual([])
  expect(after.heap - before.heap).toBeLessThan(8 * megabyte)
  expect(after.resident - before.resident).toBeLessThan(64 * megabyte)
  for (const name of Object.keys(ports)) {
    expect(await askOnce(ports[name] ?? 0, { target: '/healthz' })).toMatchObject({ status: 200, body: 'OK' })
    expect(await askOnce(ports[name] ?? 0, { target: '/readyz' })).toMatchObject({ status: 200 })
  }
  server.signal('SIGTERM')
  expect(await server.exitCode()).toBe(0)
  expect(server.stderr).toBe('')
})
