import { expect, test } from 'vitest'

import { ProcessMetrics } from '../metrics/process-metrics.ts'
import { Database } from '../postgres/postgres.ts'
import { openLog } from '../process/log.ts'
import { DatabaseSettings } from '../settings/database-settings.ts'
import { testDatabase } from '../testing/database.ts'
import { ProcessTable } from './process-table.ts'
import type { Sink } from './push.ts'
import { Pusher } from './pusher.ts'

const pace = { intervalMs: 3_600_000, timeoutMs: 20_000 }

test('a process ends without trying again where the database has no tables for its counts', async () => {
  const empty = await testDatabase()
  const database = new Database(DatabaseSettings.parse({ url: empty.url }))
  const table = new ProcessTable((work) => database.run(work))
  let pushes = 0
  const sink: Sink = {
    push(push) {
      pushes += 1
      return table.push(push)
    },
    close: () => database.close(),
  }
  await new Pusher(new ProcessMetrics(), sink, pace, openLog('silent').logger).end()
  expect(pushes).toBe(1)
  await empty.drop()
})

test('a process tries again at its end until its counts are kept', async () => {
  let pushes = 0
  const sink: Sink = {
    push() {
      pushes += 1
      return pushes < 3 ? Promise.reject(new Error('away')) : Promise.resolve('kept')
    },
    close: () => Promise.resolve(),
  }
  await new Pusher(new ProcessMetrics(), sink, pace, openLog('silent').logger).end()
  expect(pushes).toBe(3)
})
