import { randomUUID } from 'node:crypto'

import postgres from 'postgres'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import * as z from 'zod/mini'

import type { FunctionInstance } from '../functions/_runtime/function/instance.ts'
import type { QuartetFunction } from '../functions/_runtime/function/function.ts'
import { Database } from '../functions/_runtime/postgres/postgres.ts'
import { DatabaseSettings } from '../functions/_runtime/settings/database-settings.ts'
import { postgresSink } from '../functions/_runtime/telemetry/postgres-sink.ts'
import { callerOf, instanceOf, type Call } from '../functions/_runtime/testing/call.ts'
import { testDatabase, type TestDatabase } from '../functions/_runtime/testing/database.ts'
import { unusedPort } from '../functions/_runtime/testing/unused-port.ts'
import { configs } from '../functions/configs/index.ts'
import { health } from '../functions/health/index.ts'
import { functions } from '../functions/list.ts'
import { metrics } from '../functions/metrics/index.ts'
import { Totals } from '../functions/metrics/totals.ts'
import { hasMigrations, migrateFunctions } from './migrate-functions.ts'

let database: TestDatabase
const closing: (() => Promise<void>)[] = []

beforeAll(async () => {
  database = await testDatabase()
  const names = Object.keys(functions).filter((name) => hasMigrations(name))
  await migrateFunctions(new Map(names.map((name) => [name, database.url])), { roles: true })
})

afterAll(async () => {
  await Promise.all(closing.map((close) => close()))
  await database.drop()
})

/** The address for somebody who may do what a role may, and no more. */
function urlFor(role: string): string {
  return `${database.url}?role=${role}`
}

function open(of: QuartetFunction, role: string, settings: Readonly<Record<string, unknown>> = {}): Call {
  const instance: FunctionInstance = instanceOf(of, { ...settings, database: { url: urlFor(role) } })
  closing.push(() => instance.close())
  return callerOf(instance)
}

test('configs does all that it does', async () => {
  const call = open(configs, 'quartet_configs')
  const body = { name: 'edge', metadata: { zone: 'a' } }
  const statuses: number[] = []
  const ask = async (...request: Parameters<Call>): Promise<void> => {
    statuses.push((await call(...request)).status)
  }
  await ask('POST /configs', { body, headers: { 'idempotency-key': randomUUID() } })
  await ask('PUT /configs/edge', { body: { ...body, metadata: { zone: 'b' } } })
  await ask('PATCH /configs/edge', {
    body: { metadata: { zone: 'c' } },
    headers: { 'content-type': 'application/merge-patch+json' },
  })
  await ask('GET /search?metadata.zone=c')
  await ask('GET /configs/edge/versions')
  await ask('DELETE /configs/edge')
  await ask('POST /configs/edge/versions/3/restore')
  await ask('GET /export')
  await ask('GET /readyz')
  expect(statuses).toEqual([201, 200, 200, 200, 200, 204, 201, 200, 200])
})

test('configs takes a file of configs', async () => {
  const call = open(configs, 'quartet_configs')
  const { status, body } = await call('POST /import', {
    body: '{"name":"imported","metadata":{}}\n',
    headers: { 'content-type': 'application/x-ndjson' },
  })
  expect({ status, body }).toMatchObject({ status: 200, body: { created: 1 } })
})

test('health keeps what has changed', async () => {
  const call = open(health, 'quartet_health', { targets: { predict: `http://127.0.0.1:${await unusedPort()}` } })
  await call('GET /health')
  await expect
    .poll(async () => (await call('GET /health/history')).body)
    .toEqual([expect.objectContaining({ function: 'predict', state: 'down' })])
})

test('who counts tells what it has counted, and metrics sums and folds it', async () => {
  const sink = postgresSink(urlFor('quartet_counts'), 5000)
  closing.push(() => sink.close())
  const series = [{ labels: { digit: '7' }, values: { '': 1 } }]
  const readings = [{ name: 'predict_digits_total', type: 'counter', help: 'Digits.', series } as const]
  const process = randomUUID()
  expect(await sink.push({ process, sequence: 1, isFirst: true, isLast: false, readings })).toBe('kept')
  expect(await sink.push({ process, sequence: 2, isFirst: false, isLast: true, readings })).toBe('kept')
  const session = new Database(z.parse(DatabaseSettings, { url: urlFor('quartet_metrics') }))
  closing.push(() => session.close())
  await new Totals(session, { aliveSeconds: 150, foldSeconds: 600, tombstoneHours: 48 }).fold()
  const { status, bytes } = await open(metrics, 'quartet_metrics')('GET /metrics')
  expect(status).toBe(200)
  expect(bytes.toString()).toContain('predict_digits_total{digit="7"} 1\n')
})

describe.each([
  ['quartet_configs', 'drop table configs.configs'],
  ['quartet_configs', 'alter table configs.configs disable trigger all'],
  ['quartet_configs', 'delete from configs.migrations'],
  ['quartet_configs', 'select * from metrics.processes'],
  ['quartet_health', 'select * from configs.configs'],
  ['quartet_metrics', 'select * from configs.configs'],
  ['quartet_counts', 'select * from configs.configs'],
  ['quartet_counts', 'select * from metrics.totals'],
  ['quartet_counts', 'delete from metrics.processes'],
])('%s', (role, statement) => {
  test(`may not ${statement}`, async () => {
    const sql = postgres(urlFor(role), { max: 1 })
    try {
      await expect(sql.unsafe(statement)).rejects.toThrow(/permission denied|must be owner/)
    } finally {
      await sql.end()
    }
  })
})
