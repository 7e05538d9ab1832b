import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { expect, test } from 'vitest'

import { migrate } from '../../functions/_runtime/postgres/migrations.ts'
import { migrations, openMetrics } from '../../functions/metrics/testing/open-metrics.ts'
import { Scraper } from '../../functions/metrics/testing/scraper.ts'
import { patient, simulate } from '../../functions/metrics/testing/simulation.ts'
import { startPostgres } from './embedded-postgres.ts'
import { freePort } from './free-port.ts'

test(
  'the totals of 300 processes are right, and none ever decreases, when their database is started anew in between',
  { timeout: 180_000 },
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'quartet-outage-'))
    const port = await freePort()
    let server = await startPostgres(folder, { port })
    await migrate(server.url, 'metrics', migrations)
    const host = await openMetrics(server.url, patient(server.url))
    const scraper = new Scraper(host.url)
    try {
      scraper.start()
      const { survivors, crashersLeast, crashersMost } = await simulate({
        databaseUrl: server.url,
        processes: 300,
        countMs: 12_000,
        async halfway() {
          await server.stop()
          server = await startPostgres(folder, { port })
        },
      })
      await scraper.stop()
      expect(scraper.refused).toBeGreaterThan(0)
      expect(await scraper.totalOf('survivor')).toEqual(survivors)
      // Of what was under way when the database stopped, nobody knows whether it arrived.
      const { requests, microseconds } = await scraper.totalOf('crasher')
      for (const [route, count] of Object.entries(requests)) {
        expect(count).toBeGreaterThanOrEqual(crashersLeast.requests[route] ?? 0)
        expect(count).toBeLessThanOrEqual(crashersMost.requests[route] ?? 0)
      }
      expect(microseconds).toBeGreaterThanOrEqual(crashersLeast.microseconds)
      expect(microseconds).toBeLessThanOrEqual(crashersMost.microseconds)
      expect(scraper.decreases).toEqual([])
    } finally {
      await host.end()
      await server.stop()
      rmSync(folder, { recursive: true })
    }
  },
)
