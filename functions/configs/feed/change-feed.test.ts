import fc from 'fast-check'
import postgres, { type Sql } from 'postgres'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'

import { openLog } from '../../_runtime/process/log.ts'
import { DatabaseSettings } from '../../_runtime/settings/database-settings.ts'
import { Database } from '../../_runtime/postgres/postgres.ts'
import { ChangeFeed, type FeedChange } from './change-feed.ts'
import { positionIn, positionText, type Position } from './feed-position.ts'
import { Pruner } from '../history/pruner.ts'
import { openConfigs, type OpenConfigs } from '../testing/open-configs.ts'

let configs: OpenConfigs
let database: Database
let feed: ChangeFeed
let sql: Sql

beforeAll(async () => {
  configs = await openConfigs()
  database = new Database(DatabaseSettings.parse({ url: configs.databaseUrl }))
  feed = new ChangeFeed(database)
  sql = postgres(configs.databaseUrl, { max: 12, onnotice: () => {} })
})

beforeEach(async () => {
  await sql`truncate configs.changes`
})

afterAll(async () => {
  await sql.end()
  await database.close()
  await configs.close()
})

/** Reads to the end, as one who keeps the position as text between any two reads. */
async function readAll(after: Position | undefined, limit: number): Promise<[FeedChange[], Position]> {
  const changes: FeedChange[] = []
  let position = after
  for (;;) {
    const batch = await feed.read(position, limit)
    changes.push(...batch.changes)
    position = positionIn(positionText(batch.position))
    expect(position).toEqual(batch.position)
    if (!batch.hasMore) return [changes, batch.position]
  }
}

function insert(transaction: postgres.ISql, name: string): postgres.PendingQuery<postgres.Row[]> {
  return transaction`insert into configs.configs (name, name_key, metadata) values (${name}, 'name', '{}')`
}

test('every change is there, with its name, version, kind and time', async () => {
  const begin = await feed.now()
  const beganAt = Date.now()
  await configs.put('fed', {})
  await configs.put('fed', { n: 1 })
  await configs.call('DELETE /configs/fed')
  await configs.put('fed', { n: 2 })
  const [changes, end] = await readAll(begin, 100)
  expect(changes.map(({ name, kind, actor }) => [name, kind, actor])).toEqual([
    ['fed', 'created', null],
    ['fed', 'replaced', null],
    ['fed', 'removed', null],
    ['fed', 'created', null],
  ])
  const { body } = await configs.call('GET /configs/fed/versions')
  expect(changes.map(({ version, changedAt }) => [Number(version), changedAt.toISOString()]).toReversed()).toEqual(
    (body as { version: number; changedAt: string }[]).map(({ version, changedAt }) => [version, changedAt]),
  )
  expect(changes[0]?.changedAt.getTime()).toBeGreaterThanOrEqual(beganAt)
  expect(await readAll(end, 100)).toMatchObject([[], {}])
})

test('a change that was made in SQL is there, and one that was taken back is not', async () => {
  const begin = await feed.now()
  await sql.begin(async (transaction) => {
    await insert(transaction, 'by-hand-1')
    await insert(transaction, 'by-hand-2')
  })
  const taken = sql.begin(async (transaction) => {
    await insert(transaction, 'taken-back')
    throw new Error('on purpose')
  })
  await expect(taken).rejects.toThrow('on purpose')
  await sql`update configs.configs set metadata = '{"n":1}' where name like 'by-hand-%'`
  await sql`delete from configs.configs where name like 'by-hand-%'`
  const [changes] = await readAll(begin, 100)
  for (const name of ['by-hand-1', 'by-hand-2']) {
    const kinds = changes.filter((change) => change.name === name).map(({ kind }) => kind)
    expect(kinds).toEqual(['created', 'replaced', 'removed'])
  }
  expect(changes).toHaveLength(6)
})

test.each([1, 2, 3, 100])('who began first and commits last is not missed by pages of %d', async (limit) => {
  const late = Promise.withResolvers<void>()
  const hasWritten = Promise.withResolvers<void>()
  const begin = await feed.now()
  const writing = sql.begin(async (transaction) => {
    await insert(transaction, `late-${limit}`)
    hasWritten.resolve()
    await late.promise
    await insert(transaction, `later-${limit}`)
  })
  await hasWritten.promise
  await insert(sql, `early-${limit}`)
  await insert(sql, `second-${limit}`)
  const first = await feed.read(begin, limit)
  expect(first.changes[0]?.name).toBe(`early-${limit}`)
  late.resolve()
  await writing
  await insert(sql, `third-${limit}`)
  const [rest] = await readAll(first.position, limit)
  const names = [...first.changes, ...rest].map(({ name }) => name)
  // Who has read only a part of what there was, reads the rest of it before what came later.
  expect(names.slice(0, 2)).toEqual([`early-${limit}`, `second-${limit}`])
  expect(names.slice(2)).toEqual([`late-${limit}`, `later-${limit}`, `third-${limit}`])
})

test('a position is after each change of a batch', async () => {
  const begin = await feed.now()
  for (const name of ['each-1', 'each-2', 'each-3']) await insert(sql, name)
  const { changes } = await feed.read(begin, 100)
  for (const [index, { position }] of changes.entries()) {
    const [rest] = await readAll(position, 100)
    expect(rest.map(({ name }) => name)).toEqual(['each-1', 'each-2', 'each-3'].slice(index + 1))
  }
})

test('while many write and commit in any order, readers see each change once, those of a name in their order', async () => {
  const names = Array.from({ length: 5 }, (_, index) => `shared-${index}`)
  for (const name of names) await insert(sql, name)
  const begin = await feed.now()
  let isWriting = true
  const write = async (writer: number): Promise<void> => {
    for (let round = 0; round < 30; round += 1) {
      await sql.begin(async (transaction) => {
        await insert(transaction, `own-${writer}-${round}`)
        const name = names[(writer + round) % names.length] ?? ''
        await transaction`update configs.configs set metadata = '{"n":1}' where name = ${name}`
        await transaction`select pg_sleep(${((writer * 7 + round * 3) % 10) / 1000})`
      })
    }
  }
  const follow = async (limit: number): Promise<FeedChange[]> => {
    const changes: FeedChange[] = []
    let position = begin
    for (;;) {
      const isLast = !isWriting
      const [read, next] = await readAll(position, limit)
      changes.push(...read)
      position = next
      if (isLast) return changes
    }
  }
  const readers = [1, 7, 1000].map(follow)
  await Promise.all(Array.from({ length: 8 }, (_, writer) => write(writer)))
  isWriting = false
  for (const changes of await Promise.all(readers)) {
    expect(changes).toHaveLength(8 * 30 * 2)
    expect(new Set(changes.map(({ version }) => version)).size).toBe(changes.length)
    for (const name of names) {
      const versions = changes.filter((change) => change.name === name).map(({ version }) => Number(version))
      expect(versions).toEqual(versions.toSorted((one, other) => one - other))
    }
  }
})

test('a reader whose changes were deleted unread is told, and reads what there is; others are not', async () => {
  const begin = await feed.now()
  for (const name of ['pruned-1', 'pruned-2', 'kept-1']) await insert(sql, name)
  const [, end] = await readAll(begin, 100)
  await sql`update configs.changes set changed_at = now() - interval '8 days' where name like 'pruned-%'`
  await sql`
    insert into configs.changes (version, name, kind, changed_at)
    select -n, 'old', 'replaced', now() - interval '1 year' from generate_series(1, 450) as n`
  const pruner = new Pruner(database, { retentionDays: 7, idempotencyHours: 1 }, openLog('silent').logger)
  const left: number[] = []
  for (let step = 0; step < 3; step += 1) {
    pruner.noteWrite()
    await pruner.close()
    left.push((await sql`select from configs.changes`).length)
  }
  expect(left).toEqual([253, 53, 1])
  const told = await feed.read(begin, 1)
  expect(told).toMatchObject({ hasGap: true, changes: [{ name: 'kept-1', kind: 'created' }] })
  // Once is enough.
  expect(await feed.read(told.position, 1)).toMatchObject({ hasGap: false, changes: [] })
  expect(await feed.read(undefined, 1)).toMatchObject({ hasGap: false, changes: [{ name: 'kept-1' }] })
  const now = await feed.now()
  expect(await feed.read(now, 1)).toMatchObject({ hasGap: false, changes: [] })
  expect(Number(end.snapshot.split(':')[0])).toBeLessThan(Number(now.snapshot.split(':')[0]))
})

test('a position of a database that was ahead of this one is told as a gap', async () => {
  await insert(sql, 'restored')
  const ahead = { snapshot: '999999999999:999999999999:' }
  expect(await feed.read(ahead, 100)).toMatchObject({ hasGap: true, changes: [{ name: 'restored' }] })
})

test('what is new is found by an index, whatever is kept, and while a transaction is long', async () => {
  const long = Promise.withResolvers<void>()
  const isBegun = Promise.withResolvers<void>()
  const writing = sql.begin(async (transaction) => {
    await insert(transaction, 'begun-early')
    isBegun.resolve()
    await long.promise
  })
  await isBegun.promise
  try {
    await sql`
      insert into configs.changes (version, name, kind, changed_at)
      select -n, 'bulk', 'replaced', now() from generate_series(1, 50000) as n`
    await sql`analyze configs.changes`
    const after = await feed.now()
    expect(after.snapshot).toMatch(/^\d+:\d+:\d/)
    await insert(sql, 'found')
    const until = await feed.now()
    for (const position of [after, { ...after, batch: { snapshot: until.snapshot, version: '0' } }]) {
      const { names, nodes } = await planOf(position)
      expect(names).toEqual(['found'])
      expect(nodes.map((node) => node['Index Name'])).toContain('changes_transaction')
      const read = nodes.filter((node) => node['Relation Name'] === 'changes').map((node) => node['Actual Rows'])
      expect(Math.max(...read)).toBeLessThan(10)
    }
  } finally {
    long.resolve()
    await writing
  }
})

test('who reads from the beginning has no more looked at than is answered, whatever is kept', async () => {
  await sql`
    insert into configs.changes (version, name, kind, changed_at)
    select -n, 'bulk', 'replaced', now() from generate_series(1, 50000) as n`
  await sql`analyze configs.changes`
  const { names, nodes } = await planOf(undefined)
  expect(names).toHaveLength(100)
  const read = nodes.filter((node) => node['Relation Name'] === 'changes').map((node) => node['Actual Rows'])
  expect(Math.max(...read)).toBeLessThan(200)
})

/** Reads from a position, and explains the query that did. */
async function planOf(position: Position | undefined): Promise<{ names: string[]; nodes: PlanNode[] }> {
  const asked: { readonly query: string; readonly parameters: postgres.ParameterOrJSON<never>[] }[] = []
  const traced = postgres(configs.databaseUrl, {
    max: 1,
    debug: (_connection, query, parameters) => asked.push({ query, parameters }),
  })
  const { changes } = await new ChangeFeed({ run: (work) => work(traced) }).read(position, 100)
  await traced.end()
  const read = asked.find(({ query }) => query.includes('changes_pruned'))
  const [row] = await sql.unsafe<{ 'QUERY PLAN': [{ Plan: PlanNode }] }[]>(
    `explain (analyze, format json) ${read?.query ?? ''}`,
    read?.parameters,
  )
  return { names: changes.map(({ name }) => name), nodes: row ? nodesOf(row['QUERY PLAN'][0].Plan) : [] }
}

interface PlanNode {
  readonly 'Relation Name'?: string
  readonly 'Index Name'?: string
  readonly 'Actual Rows': number
  readonly Plans?: readonly PlanNode[]
}

function nodesOf(node: PlanNode): PlanNode[] {
  return [node, ...(node.Plans ?? []).flatMap(nodesOf)]
}

test('what is no position of ours is none, and PostgreSQL takes all others', async () => {
  const text = fc.oneof(
    fc.string(),
    fc.stringMatching(/^[0-9:,/]{0,12}$/).map((position) => Buffer.from(position).toString('base64url')),
  )
  await fc.assert(
    fc.asyncProperty(text, async (given) => {
      const position = positionIn(given)
      if (position) await feed.read(position, 1)
    }),
    { numRuns: 2000 },
  )
  expect(positionIn(Buffer.from('5:9:5,7').toString('base64url'))).toEqual({ snapshot: '5:9:5,7' })
  for (const wrong of ['', '5', '0:0:', '9:5:', '5:9:4', '5:9:9', '5:9:7,6', '5:9:/', '5:9:/5:9:', '5:9:/5:9:/x']) {
    expect(positionIn(Buffer.from(wrong).toString('base64url'))).toBeUndefined()
  }
})
