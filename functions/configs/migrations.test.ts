import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import postgres from 'postgres'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'

import { migrate } from '../_runtime/postgres/migrations.ts'
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
    cpSync(join(migrations, '002_versions.sql'), join(folder, '002_versions.sql'))
    // Somebody reads for long: the migration gives up, rather than let all others wait behind it.
    await sql.begin(async (transaction) => {
      await transaction`select from configs.configs limit 1`
      await expect(migrate(database.url, 'configs', folder)).rejects.toThrow('lock timeout')
    })
    const begin = performance.now()
    expect(await migrate(database.url, 'configs', folder)).toEqual(['002_versions.sql'])
    expect(performance.now() - begin).toBeLessThan(2000)
    expect((await sql`select pg_relation_filenode('configs.configs') as file`)[0]).toEqual(before)
    expect(await sql`select distinct version from configs.configs`).toEqual([{ version: '1' }])
  } finally {
    await sql.end()
    rmSync(folder, { recursive: true })
    await database.drop()
  }
})

test('configs that were there before search are found after it, those that change meanwhile as they are then', async () => {
  const database = await testDatabase()
  const folder = mkdtempSync(join(tmpdir(), 'quartet-'))
  const sql = postgres(database.url, { max: 2, onnotice: () => {} })
  const missing = sql`
    select name from configs.configs where metadata::text <> '{}' and (
      select array_agg(term order by term) from configs.terms where terms.name = configs.name
    ) is distinct from (select array_agg(term order by term) from configs.terms_of(metadata) as term)`
  try {
    for (const name of ['001_configs.sql', '002_versions.sql']) cpSync(join(migrations, name), join(folder, name))
    await migrate(database.url, 'configs', folder)
    await sql`
      insert into configs.configs (name, name_key, metadata)
      select 'config-' || n, 'name', json_build_object('n', n) from generate_series(1, 5000) as n`
    cpSync(join(migrations, '003_search.sql'), join(folder, '003_search.sql'))
    await migrate(database.url, 'configs', folder)
    await sql`update configs.configs set metadata = '{"n":0}' where name like '%7'`
    cpSync(join(migrations, '004_terms.sql'), join(folder, '004_terms.sql'))
    // Somebody changes one for longer than the migration is given; what was done of it stays, and it is run again.
    await sql.begin(async (transaction) => {
      await transaction`update configs.configs set metadata = '{"n":-1}' where name = 'config-5000'`
      await Promise.all([
        expect(migrate(database.url, 'configs', folder)).rejects.toThrow('004_terms.sql failed'),
        waitingBackend(sql).then(() => sql`select pg_terminate_backend(pid) from pg_stat_activity where ${waits(sql)}`),
      ])
    })
    expect(await migrate(database.url, 'configs', folder)).toEqual(['004_terms.sql'])
    expect(await missing).toEqual([])
  } finally {
    await sql.end()
    rmSync(folder, { recursive: true })
    await database.drop()
  }
})

function waits(sql: postgres.Sql): postgres.PendingQuery<postgres.Row[]> {
  return sql`datname = current_database() and wait_event_type = 'Lock' and pid <> pg_backend_pid()`
}

async function waitingBackend(sql: postgres.Sql): Promise<void> {
  await vi.waitFor(
    async () => expect(await sql`select from pg_stat_activity where ${waits(sql)}`).toHaveLength(1),
    5000,
  )
}
