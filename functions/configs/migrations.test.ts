import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import postgres from 'postgres'
import { afterAll, beforeAll, expect, test } from 'vitest'

import { migrate } from '../_runtime/migrations.ts'
import { testDatabase } from '../_runtime/testing/database.ts'
import { migrations, openConfigs, type OpenConfigs } from './testing/open-configs.ts'

let configs: OpenConfigs

beforeAll(async () => {
  configs = await openConfigs()
})

afterAll(() => configs.close())

test('the initial data is brought once: what was removed or changed since stays so', async () => {
  expect((await configs.call('DELETE /configs/datacenter-1')).status).toBe(204)
  const changed = { dcname: 'datacenter-2', metadata: { changed: true } }
  expect((await configs.call('PUT /configs/datacenter-2', { body: changed })).status).toBe(200)
  expect(await migrate(configs.databaseUrl, 'configs', migrations)).toEqual([])
  expect((await configs.call('GET /configs/datacenter-1')).status).toBe(404)
  expect((await configs.call('GET /configs/datacenter-2')).body).toEqual(changed)
})

test('versions come to a large table without rewriting it, and without waiting long for a lock', async () => {
  const database = await testDatabase()
  const folder = mkdtempSync(join(tmpdir(), 'quartet-'))
  const sql = postgres(database.url, { max: 2, onnotice: () => {} })
  try {
    cpSync(join(migrations, '001_configs.sql'), join(folder, '001_configs.sql'))
    await migrate(database.url, 'configs', folder)
    await sql`
      insert into configs.configs (name, name_key, metadata)
      select 'config-' || n, 'name', '{"n":1.0}' from generate_series(1, 100000) as n`
    const [before] = await sql`select pg_relation_filenode('configs.configs') as file`
    // Somebody reads for long: the migration gives up, rather than let all others wait behind it.
    await sql.begin(async (transaction) => {
      await transaction`select from configs.configs limit 1`
      await expect(migrate(database.url, 'configs', migrations)).rejects.toThrow('lock timeout')
    })
    const begin = performance.now()
    expect(await migrate(database.url, 'configs', migrations)).toEqual(['002_versions.sql'])
    expect(performance.now() - begin).toBeLessThan(2000)
    expect((await sql`select pg_relation_filenode('configs.configs') as file`)[0]).toEqual(before)
    expect(await sql`select distinct version from configs.configs`).toEqual([{ version: '1' }])
  } finally {
    await sql.end()
    rmSync(folder, { recursive: true })
    await database.drop()
  }
})
