import postgres, { type Sql } from 'postgres'
import { afterEach, beforeEach, expect, test } from 'vitest'

import { migratedDatabase, type TestDatabase } from '../../_runtime/testing/database.ts'
import { migrations } from '../testing/open-configs.ts'

// What a statement with many rows leaves behind, as somebody with psql writes it.
let database: TestDatabase
let sql: Sql

beforeEach(async () => {
  database = await migratedDatabase('configs', migrations)
  sql = postgres(database.url, { max: 1, onnotice: () => {} })
  await sql`truncate configs.configs, configs.versions, configs.changes`
  await sql`
    insert into configs.configs (name, name_key, metadata) values
      ('a', 'name', '{"zone":"x","tags":["red","red"]}'), ('b', 'name', '{"zone":"x"}'), ('c', 'name', '{"zone":"y"}')`
})

afterEach(async () => {
  await sql.end()
  await database.drop()
})

/** Names with terms that are not those of their documents. */
async function astray(): Promise<readonly string[]> {
  const rows = await sql<{ name: string }[]>`
    with expected as (select term, name from configs.configs cross join lateral configs.terms_of(metadata) as term)
    (select name from (select term, name from configs.terms except select term, name from expected) as extra)
    union (select name from (select term, name from expected except select term, name from configs.terms) as missing)`
  return rows.map(({ name }) => name)
}

async function feed(): Promise<readonly string[]> {
  const rows = await sql<{ entry: string }[]>`
    select name || ' ' || kind as entry from configs.changes order by version, name`
  return rows.map(({ entry }) => entry)
}

test('configs that are inserted together are found, and in the feed', async () => {
  expect(await astray()).toEqual([])
  expect((await feed()).toSorted()).toEqual(['a created', 'b created', 'c created'])
  expect(await sql`select from configs.versions`).toHaveLength(0)
})

test('configs that are updated together keep what each was, with the actor of each', async () => {
  await sql.begin(async (transaction) => {
    await transaction`set local configs.actor = 'ann'`
    await transaction`update configs.configs set metadata = '{"zone":"z"}' where name in ('a', 'b')`
  })
  await sql`update configs.configs set metadata = '{"zone":["z","y"]}' where name in ('b', 'c')`
  expect(await astray()).toEqual([])
  expect((await feed()).slice(3).toSorted()).toEqual(['a replaced', 'b replaced', 'b replaced', 'c replaced'])
  expect(await sql`select name, metadata::text as was, actor from configs.versions order by name, version`).toEqual([
    { name: 'a', was: '{"zone":"x","tags":["red","red"]}', actor: null },
    { name: 'b', was: '{"zone":"x"}', actor: null },
    { name: 'b', was: '{"zone":"z"}', actor: 'ann' },
    { name: 'c', was: '{"zone":"y"}', actor: null },
  ])
  expect(await sql`select name, actor from configs.configs order by name`).toEqual([
    { name: 'a', actor: 'ann' },
    { name: 'b', actor: null },
    { name: 'c', actor: null },
  ])
})

test('a statement that inserts and updates keeps both', async () => {
  await sql`
    insert into configs.configs as config (name, name_key, metadata)
    values ('c', 'name', '{"zone":"z"}'), ('d', 'name', '{"zone":"z"}')
    on conflict (name) do update set metadata = excluded.metadata`
  expect(await astray()).toEqual([])
  expect((await feed()).slice(3).toSorted()).toEqual(['c replaced', 'd created'])
  expect(await sql`select name from configs.versions`).toEqual([{ name: 'c' }])
})

test('a config that gets another name is found by it', async () => {
  await sql`update configs.configs set name = 'renamed' where name = 'a'`
  expect(await astray()).toEqual([])
  expect(await sql`select distinct name from configs.terms order by name`).toEqual([
    { name: 'b' },
    { name: 'c' },
    { name: 'renamed' },
  ])
})

test('a statement that deletes a config and inserts it under another name tells of both', async () => {
  await sql`
    with old as (delete from configs.configs where name = 'a' returning name_key, metadata)
    insert into configs.configs (name, name_key, metadata) select 'another', name_key, metadata from old`
  expect(await astray()).toEqual([])
  expect((await feed()).slice(3).toSorted()).toEqual(['a removed', 'another created'])
})

test('configs that are deleted together keep what they were, and that they were removed', async () => {
  await sql`delete from configs.configs where name in ('a', 'b')`
  expect(await astray()).toEqual([])
  expect((await feed()).slice(3).toSorted()).toEqual(['a removed', 'b removed'])
  const kept = await sql`select name, metadata is null as removal from configs.versions order by name, version`
  expect(kept).toEqual([
    { name: 'a', removal: false },
    { name: 'a', removal: true },
    { name: 'b', removal: false },
    { name: 'b', removal: true },
  ])
  const [disagreement] = await sql`
    select count(*)::int as count from configs.changes left join configs.versions using (name, version)
    where kind = 'removed' and (metadata is not null or versions.changed_at is distinct from changes.changed_at)`
  expect(disagreement).toEqual({ count: 0 })
})
