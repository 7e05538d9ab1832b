import { afterAll, beforeAll, expect, test } from 'vitest'

import { DatabaseSettings } from '../../_runtime/settings/database-settings.ts'
import { Database } from '../../_runtime/postgres/postgres.ts'
import { ChangeFeed } from '../feed/change-feed.ts'
import { positionText, type Position } from '../feed/feed-position.ts'
import { openConfigs, type OpenConfigs } from '../testing/open-configs.ts'
import { SharedFeed } from './shared-feed.ts'

let configs: OpenConfigs
let database: Database
let queries = 0

beforeAll(async () => {
  configs = await openConfigs()
  database = new Database(DatabaseSettings.parse({ url: configs.databaseUrl }))
})

afterAll(async () => {
  await database.close()
  await configs.close()
})

function sharedFeed(): SharedFeed {
  const feed = new ChangeFeed({
    run: (work) => {
      queries += 1
      return database.run(work)
    },
  })
  return new SharedFeed(feed)
}

test('readers who come from different places have one place after a round, and one query from then on', async () => {
  const feed = sharedFeed()
  const begins: Position[] = []
  for (let n = 0; n < 5; n += 1) {
    begins.push(await feed.now())
    await configs.put(`shared-${n}`, {})
  }
  queries = 0
  const first = await Promise.all(Array.from({ length: 500 }, (_, reader) => feed.read(begins[reader % 5] ?? fail())))
  expect(queries).toBe(5)
  for (const [reader, { changes }] of first.entries()) {
    const expected = ['shared-0', 'shared-1', 'shared-2', 'shared-3', 'shared-4'].slice(reader % 5)
    expect(changes.map(({ name }) => name)).toEqual(expected)
  }
  await configs.put('shared-5', {})
  // Who is bounded by another's snapshot may have to ask once more where that one ends.
  const second = await Promise.all(first.map(({ position }) => feed.read(position)))
  expect(new Set(second.map(({ position }) => positionText(position))).size).toBe(1)
  for (const { changes } of second) expect(changes.map(({ name }) => name)).toEqual(['shared-5'])
  queries = 0
  await Promise.all(second.map(({ position }) => feed.read(position)))
  expect(queries).toBe(1)
})

test('what is written while a round runs is in the next one', async () => {
  const feed = sharedFeed()
  const begin = await feed.now()
  const reading = feed.read(begin)
  await configs.put('late', {})
  const { changes, position } = await reading
  const rest = await feed.read(position)
  expect([...changes, ...rest.changes].map(({ name }) => name)).toEqual(['late'])
})

test('where the database is away all readers are told, without a query each', async () => {
  queries = 0
  const away = new Database(DatabaseSettings.parse({ url: 'postgres://nobody@127.0.0.1:1/none' }))
  const feed = new SharedFeed(
    new ChangeFeed({
      run: (work) => {
        queries += 1
        return away.run(work)
      },
    }),
  )
  const readings = Array.from({ length: 50 }, (_, n) => feed.read({ snapshot: `${n + 5}:${n + 5}:` }))
  const outcomes = await Promise.allSettled(readings)
  expect(new Set(outcomes.map(({ status }) => status))).toEqual(new Set(['rejected']))
  expect(queries).toBe(1)
  await away.close()
})

function fail(): never {
  throw new Error('There is no such reader.')
}
