import type { Browser, BrowserContextOptions } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'

import { ProcessMetrics } from '../../../_runtime/metrics/process-metrics.ts'
import { openLog } from '../../../_runtime/process/log.ts'
import { postgresSink } from '../../../_runtime/telemetry/postgres-sink.ts'
import { Pusher } from '../../../_runtime/telemetry/pusher.ts'
import { chromiumPath, eventually, launchChromium } from '../../../_runtime/testing/browser.ts'
import type { TestDatabase } from '../../../_runtime/testing/database.ts'
import { tokenEntry } from '../../../_runtime/testing/guarded-sample.ts'
import { Relay } from '../../../_runtime/testing/relay.ts'
import { metricsDatabase, openMetrics, type OpenMetrics } from '../../testing/open-metrics.ts'
import { MetricsPage } from './metrics-page.ts'

const none = '–'

describe.runIf(chromiumPath())('the metrics page', () => {
  let browser: Browser
  let database: TestDatabase
  let relay: Relay
  let host: OpenMetrics
  let counts: ProcessMetrics
  let pusher: Pusher
  let seen: MetricsPage

  beforeAll(async () => {
    browser = await launchChromium()
  })

  afterAll(() => browser.close())

  beforeEach(async () => {
    database = await metricsDatabase()
    relay = await Relay.to(new URL(database.url))
    host = await openMetrics(relay.url, { logLevel: 'silent' })
    counts = new ProcessMetrics()
    counts.starts.began('predict')
    const sink = postgresSink(database.url, 20_000)
    pusher = new Pusher(counts, sink, { intervalMs: 600_000, timeoutMs: 20_000 }, openLog('silent').logger)
  })

  afterEach(async () => {
    await seen.close()
    await pusher.end()
    await host.end()
    await relay.close()
    await database.drop()
  })

  async function open(options?: BrowserContextOptions): Promise<void> {
    seen = await MetricsPage.open(browser, host.url, options)
  }

  /** Counts requests as a process of predict does, and brings them to the database. */
  async function count(times: number, code = 200): Promise<void> {
    const request = { function: 'predict', route: '/predict', method: 'POST', code, seconds: 0.02 }
    for (let time = 0; time < times; time += 1) counts.requests.observe(request)
    await pusher.flush()
  }

  /** Opens the page, and goes on until it has rates. */
  async function openWithRates(options?: BrowserContextOptions): Promise<void> {
    await count(100)
    await open(options)
    await eventually(seen.rowOf('predict')).toEqual([none, none, none, none, none, none, '1', '100'])
    await count(300)
    await count(30, 404)
    await count(15, 503)
    await seen.answers(5)
  }

  test('says what there is before there are rates', async () => {
    await count(100)
    await open()
    await eventually(seen.rowOf('predict')).toEqual([none, none, none, none, none, none, '1', '100'])
    expect(await seen.state()).toMatch(/^Measuring: rates begin after 15 s/)
    await seen.answers(1)
    expect(await seen.legendOf('Processes alive')()).toContain('predict 1')
  })

  test('shows rates and latencies of known counts, and goes on as they grow', async () => {
    await openWithRates()
    await eventually(seen.rowOf('predict')).toEqual(['23', '2', '1', '17.5 ms', '24.3 ms', '24.9 ms', '1', '445'])
    expect(await seen.legendOf('Requests a second')()).toContain('predict 23')
    expect(await seen.legendOf('Errors a second')()).toEqual(['4xx 2', '5xx 1'])
    expect(await seen.legendOf('Latency')()).toContain('predict 24.3 ms')
    await seen.answers(5)
    await eventually(seen.rowOf('predict')).toEqual(['11.5', '1', '0.5', '17.5 ms', '24.3 ms', '24.9 ms', '1', '445'])
    await count(600)
    await seen.answers(1)
    await eventually(seen.rowOf('predict')).toEqual(['20', '0', '0', '17.5 ms', '24.3 ms', '24.9 ms', '1', '1,045'])
    expect(await seen.legendOf('Requests a second')()).toContain('predict 20')
    await seen.answers(10)
    await eventually(seen.rowOf('predict')).toEqual(['0', '0', '0', none, none, none, '1', '1,045'])
  })

  test('draws a line of the color that the legend has', async () => {
    await openWithRates()
    await seen.answers(3)
    const drawn = await seen.page.evaluate<number>(drawnExpression)
    expect(drawn).toBeGreaterThan(20)
  })

  test('chooses between quantiles', async () => {
    await openWithRates()
    await seen.page.getByRole('radio', { name: 'p50' }).check()
    expect(await seen.legendOf('Latency')()).toContain('predict 17.5 ms')
    await seen.page.keyboard.press('ArrowLeft')
    expect(await seen.legendOf('Latency')()).toContain('predict 24.9 ms')
  })

  test('keys go along a chart, and say what was', async () => {
    await openWithRates()
    await seen.answers(5)
    const chart = seen.page.getByRole('slider', { name: 'Requests a second over time' })
    await chart.focus()
    await seen.page.keyboard.press('Home')
    expect(await chart.getAttribute('aria-valuetext')).toMatch(/^12:00:16.*: .*predict 23\b/)
    await eventually(seen.legendOf('Requests a second')).toContain('predict 23')
    await seen.page.keyboard.press('End')
    expect(await chart.getAttribute('aria-valuetext')).toMatch(/^12:00:31.*: .*predict 11.5/)
    await seen.page.keyboard.press('ArrowLeft')
    expect(await chart.getAttribute('aria-valuetext')).toMatch(/^12:00:28.*: .*predict 12.8/)
    await seen.page.keyboard.press('Tab')
    await eventually(seen.legendOf('Requests a second')).toContain('predict 11.5')
  })

  test('nothing but metrics itself was asked', async () => {
    await open()
    await eventually(seen.state).toMatch(/^Nothing but metrics itself/)
    await seen.answers(6)
    expect(await seen.state()).toMatch(/^Nothing but metrics itself/)
    expect(await seen.legendOf('Errors a second')()).toEqual(['4xx 0', '5xx 0'])
  })

  test('says when the database is away, keeps the last answer, and goes on', async () => {
    await openWithRates()
    seen.excused = /status of 503/
    relay.welcome = 'hang up'
    relay.cut()
    await seen.page.clock.runFor(3000)
    await eventually(seen.alert).toMatch(/^Service Unavailable: .* Below is its last answer\.$/)
    expect(await seen.rowOf('predict')()).toContain('445')
    relay.welcome = 'pass on'
    await seen.answers(1)
    expect(await seen.alerts()).toBe(0)
  })

  test('asks every 3 s, but neither when paused, nor when hidden, nor when forgotten', async () => {
    await open()
    await seen.answers(2)
    expect(seen.asked).toBe(3)
    await seen.page.getByRole('button', { name: 'Pause' }).click()
    await seen.page.clock.runFor(20_000)
    expect(await seen.mode()).toBe('paused')
    expect(seen.asked).toBe(3)
    await seen.page.getByRole('button', { name: 'Resume' }).click()
    await eventually(() => seen.asked).toBe(4)
    await seen.setHidden(true)
    await seen.page.clock.runFor(20_000)
    expect(seen.asked).toBe(4)
    await seen.setHidden(false)
    await eventually(() => seen.asked).toBe(5)
    await eventually(async () => {
      // More than once: the browser may tell late that the page was scrolled to the button.
      await seen.page.clock.runFor(600_000)
      return seen.mode()
    }).toBe('asks no more until somebody is here again')
    const asked = seen.asked
    await seen.page.clock.runFor(60_000)
    expect(seen.asked).toBe(asked)
    await seen.page.mouse.move(10, 10)
    await eventually(() => seen.asked).toBe(asked + 1)
    expect(await seen.mode()).toBe('asks every 3 s')
  })

  test('asks for a token where the function does', async () => {
    await host.end()
    host = await openMetrics(relay.url, {
      logLevel: 'silent',
      auth: { tokens: { me: tokenEntry('reads', 'metrics:read') } },
    })
    await count(7)
    await open()
    seen.excused = /status of 401/
    await eventually(seen.alert).toBe('Unauthorized: This needs a token, sent as Authorization: Bearer TOKEN.')
    // Each would take the focus away to the token.
    await seen.page.clock.runFor(20_000)
    expect(seen.asked).toBe(1)
    expect(await seen.barriers()).toEqual([])
    await seen.page.getByLabel('Bearer token').fill('reads')
    await seen.page.getByRole('button', { name: 'Use it' }).click()
    await eventually(seen.rowOf('predict')).toContain('7')
    expect(await seen.alerts()).toBe(0)
  })

  test.each(['light', 'dark'] as const)(
    'in %s it has no barriers that axe finds, at a desk or on a phone',
    async (colorScheme) => {
      await openWithRates({ colorScheme })
      expect(await seen.barriers()).toEqual([])
      await seen.page.setViewportSize({ width: 360, height: 640 })
      expect(await seen.barriers()).toEqual([])
      expect(await seen.page.evaluate<number>('document.documentElement.scrollWidth')).toBe(360)
      await eventually(() => seen.page.evaluate<boolean>(fitsExpression)).toBe(true)
    },
  )
})

/** How many pixels of a chart have the color of predict. */
const drawnExpression = `{
  const figure = document.querySelector('#requests')
  const item = [...figure.querySelectorAll('li')].find(({ textContent }) => textContent.includes('predict'))
  const color = getComputedStyle(item.querySelector('path')).stroke.match(/\\d+/g).map(Number)
  const canvas = figure.querySelector('canvas')
  const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height)
  let count = 0
  for (let at = 0; at < data.length; at += 4) if (color.every((part, index) => data[at + index] === part)) count += 1
  count
}`

/** Whether no plot is wider than its figure. */
const fitsExpression = `[...document.querySelectorAll('figure')].every((figure) => {
  return figure.querySelector('canvas').getBoundingClientRect().right <= figure.getBoundingClientRect().right
})`
