import { expect, test } from 'vitest'

import { KilledProcess } from './testing/killed-process.ts'
import { metricsDatabase, openMetrics } from './testing/open-metrics.ts'
import { Scraper } from './testing/scraper.ts'
import { patient, simulate } from './testing/simulation.ts'

test(
  'of 300 processes that count, crash, stall, restart, and push late and twice, every total is right and none ever decreases',
  { timeout: 180_000 },
  async () => {
    const database = await metricsDatabase()
    const host = await openMetrics(database.url, patient(database.url))
    const scraper = new Scraper(host.url)
    scraper.start()
    const killed = Array.from({ length: 6 }, (_, index) => new KilledProcess(`killed-${index}`, database.url))
    const [outcome] = await Promise.all([
      simulate({ databaseUrl: database.url, processes: 300, countMs: 12_000 }),
      ...killed.map((each, index) => each.kill(500 + 700 * index)),
    ])
    await scraper.stop()
    expect(scraper.decreases).toEqual([])
    expect(scraper.refused).toBe(0)
    expect(scraper.scrapes).toBeGreaterThan(20)
    expect(await scraper.totalOf('survivor')).toEqual(outcome.survivors)
    expect(outcome.crashersLeast).toEqual(outcome.crashersMost)
    expect(await scraper.totalOf('crasher')).toEqual(outcome.crashersLeast)
    for (const { name, least, most } of killed) {
      const { microseconds } = await scraper.totalOf(name)
      expect(least).toBeGreaterThan(0)
      expect(microseconds).toBeGreaterThanOrEqual(least)
      expect(microseconds).toBeLessThanOrEqual(most)
    }
    expect(scraper.decreases).toEqual([])
    await host.end()
    await database.drop()
  },
)
