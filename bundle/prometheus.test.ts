import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { migratedDatabase, type TestDatabase } from '../functions/_runtime/testing/database.ts'
import { freePort } from '../scripts/local/free-port.ts'
import { sleep } from '../scripts/local/sleep.ts'
import { isOnPath } from '../scripts/on-path.ts'
import { Program } from './program.ts'
import { Prometheus } from './testing/prometheus.ts'

const root = join(import.meta.dirname, '..')
const digit = readFileSync(join(root, 'functions/predict/examples/seven.json'))
const isInstalled = isOnPath('prometheus') && isOnPath('promtool')
if (!isInstalled && process.env['PROMETHEUS_REQUIRED']) throw new Error('The PATH has no prometheus, or no promtool.')

describe.runIf(isInstalled)('a real Prometheus', () => {
  let database: TestDatabase
  let metrics: Program
  let prometheus: Prometheus
  let metricsPort: number
  const running = new Set<Program>()

  beforeAll(async () => {
    database = await migratedDatabase('metrics', join(root, 'functions/metrics/migrations'))
    metricsPort = await freePort()
    metrics = await startMetrics()
    prometheus = await Prometheus.start(await freePort(), `127.0.0.1:${metricsPort}`)
  })

  afterAll(async () => {
    await prometheus.stop()
    await Promise.all([metrics, ...running].map((program) => program.stop()))
    await database.drop()
  })

  const startMetrics = (): Promise<Program> =>
    Program.start([join(root, 'dist/metrics')], metricsPort, { DATABASE_URL: database.url, LOG_LEVEL: 'warn' })

  async function startPredict(): Promise<Program> {
    const telemetry = { TELEMETRY_DATABASE_URL: database.url, TELEMETRY_INTERVAL_MS: '500' }
    const program = await Program.start([join(root, 'dist/predict')], await freePort(), {
      ...telemetry,
      LOG_LEVEL: 'warn',
      DRAIN_LISTEN_MS: '0',
    })
    running.add(program)
    return program
  }

  const series = 'http_requests_total{function="predict",route="/predict",code="200"}'
  const total = async (): Promise<number> => (await prometheus.query(series))[0] ?? 0

  async function reached(count: number): Promise<void> {
    while ((await total()) < count) await sleep(100)
  }

  test(
    'sees every request once and no reset, while what counts and what is scraped are killed and started',
    { timeout: 300_000 },
    async () => {
      const lives = 8
      const each = 100
      for (let life = 1; life <= lives; life += 1) {
        const program = await startPredict()
        for (let request = 0; request < each; request += 1) {
          await predict(program)
          await sleep(30)
        }
        const isKilled = life % 2 === 0
        // What is killed has had the time to push.
        if (isKilled) await reached(life * each)
        program.signal(isKilled ? 'SIGKILL' : 'SIGTERM')
        await program.ended()
        running.delete(program)
        if (life === lives / 2) {
          metrics.signal('SIGKILL')
          await metrics.ended()
          metrics = await startMetrics()
        }
      }
      await expect.poll(total, { timeout: 60_000 }).toBe(lives * each)
      expect(await prometheus.query(`resets(${series}[1h])`)).toEqual([0])
      const [first = 0] = await prometheus.query(`min_over_time(${series}[1h])`)
      const [increase = 0] = await prometheus.query(`increase(${series}[1h])`)
      // It reckons with what it did not see at both ends, at most an interval or half of one.
      expect(increase).toBeGreaterThanOrEqual(lives * each - first)
      expect(increase).toBeLessThanOrEqual(lives * each * 1.1)
      expect(await prometheus.query('function_first_answer_seconds_count{function="predict"}')).toEqual([lives])
    },
  )

  test('its promtool has nothing to say against the text', async () => {
    const text = await (await fetch(`${metrics.url}/metrics`)).text()
    expect(execFileSync('promtool', ['check', 'metrics'], { input: text, encoding: 'utf8' })).toBe('')
  })
})

async function predict({ url }: Program): Promise<void> {
  const headers = { 'content-type': 'application/json' }
  const { status } = await fetch(`${url}/predict`, { method: 'POST', headers, body: digit })
  if (status !== 200) throw new Error(`A digit was answered ${status}.`)
}
