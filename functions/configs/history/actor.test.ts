import postgres from 'postgres'
import { afterAll, beforeAll, expect, test } from 'vitest'

import { DatabaseSettings } from '../../_runtime/settings/database-settings.ts'
import { Database } from '../../_runtime/postgres/postgres.ts'
import { ConfigHistory, type Change } from './history.ts'
import { ConfigStore } from '../store/store.ts'
import { openConfigs, type OpenConfigs } from '../testing/open-configs.ts'

let configs: OpenConfigs
let database: Database
let store: ConfigStore

beforeAll(async () => {
  configs = await openConfigs()
  // One connection, so that what a change has said is there when the next one says nothing.
  database = new Database(DatabaseSettings.parse({ url: configs.databaseUrl, poolSize: 1 }))
  store = new ConfigStore(database, { poolSize: 5, patienceMs: 5000, onWrite: () => {} })
})

afterAll(async () => {
  await database.close()
  await configs.close()
})

const unconditional = {}

function named(name: string): { name: string; nameKey: 'name'; metadata: string } {
  return { name, nameKey: 'name', metadata: '{"n":1}' }
}

/** Who made the changes of a config, the newest first. */
async function actorsOf(name: string): Promise<Change['actor'][]> {
  const { changes } = await new ConfigHistory(database).list(name, { limit: 100 })
  return changes.map(({ actor }) => actor)
}

test('every kind of change is kept with who made it', async () => {
  await store.create(named('kinds'), 'ann')
  await store.write(named('kinds'), unconditional, false, 'bob')
  await store.write(named('kinds'), unconditional, true, 'cleo')
  await store.change('kinds', unconditional, (config) => ({ ...config, metadata: '{}' }), 'dora')
  await store.remove('kinds', unconditional, 'emil')
  await store.write(named('kinds'), unconditional, true, 'fay')
  await store.remove('kinds', unconditional, 'gus')
  await store.write(named('kinds'), { noneMatch: '*' }, false, 'hal')
  expect(await actorsOf('kinds')).toEqual(['hal', 'gus', 'fay', 'emil', 'dora', 'cleo', 'bob', 'ann'])
})

test('a create with an Idempotency-Key is kept with who made it', async () => {
  await store.createOnce(named('once'), 'key', 'ann')
  expect(await actorsOf('once')).toEqual(['ann'])
})

test('a change by nobody is not taken for one of whoever made the change before', async () => {
  await store.create(named('nobody'), 'ann')
  await store.write(named('nobody'), unconditional, false, undefined)
  await store.remove('nobody', unconditional, undefined)
  await store.create(named('nobody'), undefined)
  expect(await actorsOf('nobody')).toEqual([null, null, null, 'ann'])
})

test('a change in SQL is by nobody, unless it says by whom', async () => {
  await store.create(named('by-hand'), 'ann')
  const sql = postgres(configs.databaseUrl, { max: 1 })
  await sql`update configs.configs set metadata = '{}' where name = 'by-hand'`
  await sql.begin(async (transaction) => {
    await transaction`set local configs.actor = 'bob'`
    await transaction`delete from configs.configs where name = 'by-hand'`
  })
  await sql`insert into configs.configs (name, name_key, metadata) values ('by-hand', 'name', '{}')`
  await sql.end()
  expect(await actorsOf('by-hand')).toEqual([null, 'bob', null, 'ann'])
})

test('a name is kept to the letter', async () => {
  const actor = `O'Hara "\u{1F642}" \\ \${x}`
  await store.create(named('letter'), actor)
  expect(await actorsOf('letter')).toEqual([actor])
})
