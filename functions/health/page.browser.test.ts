import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'

import { join } from 'node:path'

import { barriersOf } from '../_runtime/testing/accessibility.ts'
import { chromiumPath, eventually, faultsOf, launchChromium } from '../_runtime/testing/browser.ts'
import { migratedDatabase, type TestDatabase } from '../_runtime/testing/database.ts'
import { makeSample } from '../_runtime/testing/sample.ts'
import { startHost, type TestHost } from '../_runtime/testing/test-host.ts'
import { health } from './index.ts'
import { ApiStandIn } from './testing/api-stand-in.ts'

const { function: sample } = makeSample()

describe.runIf(chromiumPath())('the health page', () => {
  let browser: Browser
  let page: Page
  let faults: string[]
  const hosts = new Set<TestHost>()

  beforeAll(async () => {
    browser = await launchChromium()
  })

  afterAll(() => browser.close())

  beforeEach(async () => {
    page = await browser.newPage()
    await page.clock.install()
    faults = faultsOf(page)
  })

  afterEach(async () => {
    await page.close()
    await Promise.all(Array.from(hosts, stop))
    // The page says what a 503 means; the browser says only that there was one.
    const unexplained = faults.filter((fault) => !/status of 503|ERR_CONNECTION_REFUSED/.test(fault))
    if (unexplained.length > 0) throw new Error(unexplained.join('\n'))
  })

  async function start(...of: Parameters<typeof startHost>): Promise<TestHost> {
    const host = await startHost(...of)
    hosts.add(host)
    return host
  }

  async function stop(host: TestHost): Promise<void> {
    hosts.delete(host)
    await host.stop()
  }

  async function visit(fleet: Readonly<Record<string, TestHost>>): Promise<TestHost> {
    const targets = Object.entries(fleet).map(([name, { port }]) => [name, `http://127.0.0.1:${port}`])
    const host = await start(health, { targets: Object.fromEntries(targets) })
    await page.goto(`http://127.0.0.1:${host.port}/health`)
    return host
  }

  const overall = (): Promise<string> => page.getByRole('heading', { level: 1 }).innerText()
  const rowOf = (name: string): Promise<string> => page.getByRole('row', { name }).innerText()
  const alert = (): Promise<string> => page.getByRole('alert').innerText()

  test('all functions ready', async () => {
    await visit({ predict: await start(sample) })
    await eventually(overall).toBe('Every function is ready')
    expect(await rowOf('predict')).toMatch(/^predict\s+ready\s+\d+\.\d\sms$/)
    expect(await page.title()).toBe('Every function is ready · Quartet')
  })

  test('one ready, one degraded, one down, with their reasons', async () => {
    const metrics = await start(sample)
    await visit({ predict: await start(sample), configs: await start(sample, { greeting: 'broken' }), metrics })
    await eventually(overall).toBe('configs is degraded')
    await stop(metrics)
    await page.clock.runFor(5000)
    await eventually(overall).toBe('metrics is down')
    expect(await rowOf('predict')).toMatch(/^predict\s+ready/)
    expect(await rowOf('configs')).toMatch(/^configs\s+degraded\s+open: The check failed/)
    expect(await rowOf('metrics')).toMatch(/^metrics\s+down\s+No answer/)
  })

  describe('where Kubernetes tells', () => {
    const api = new ApiStandIn()

    beforeAll(() => api.start())
    afterAll(() => api.stop())

    async function visitCluster(settings: Readonly<Record<string, unknown>> = {}): Promise<void> {
      const host = await start(health, { kubernetes: { ...api.settings, cacheMs: 1 }, ...settings })
      await page.goto(`http://127.0.0.1:${host.port}/health`)
    }

    test('functions at zero are shown as able to start, and nobody was woken', async () => {
      api.deploy(...['configs', 'predict', 'health', 'metrics'].map((name) => ({ name })))
      await visitCluster()
      await eventually(overall).toBe('Every function is at zero and able to start')
      expect(await rowOf('predict')).toMatch(/^predict\s*predict-00001\s+idle\s+none\s*since /)
      expect(await page.getByText('no function was woken').count()).toBe(1)
    })

    test('a function that cannot start is shown with the reason', async () => {
      api.deploy({ name: 'predict', wanted: 1, failure: 'ImagePullBackOff' }, { name: 'configs', wanted: 2, ready: 2 })
      await visitCluster()
      await eventually(overall).toBe('predict is down')
      expect(await rowOf('predict')).toMatch(/ImagePullBackOff\.\s+0 of 1/)
      expect(await rowOf('configs')).toMatch(/ready\s+2 of 2/)
    })

    test('the functions are asked themselves at the press of a button, which says so', async () => {
      const { port } = await start(sample)
      api.deploy({ name: 'predict', address: `http://127.0.0.1:${port}` })
      await visitCluster({ services: { predict: 'predict' } })
      await eventually(overall).toBe('Every function is at zero and able to start')
      await page.getByRole('button', { name: 'Wake and ask' }).click()
      await eventually(overall).toBe('Every function is ready')
      expect(await page.getByText('asked themselves, and woken').count()).toBe(1)
      expect(await page.getByRole('button', { name: 'Resume' }).count()).toBe(1)
    })

    test('an API that refuses is said', async () => {
      api.deploy()
      api.answers[api.paths.services] = { status: 403, body: {} }
      await visitCluster()
      await eventually(overall).toBe('How the functions are is not known')
      expect(await alert()).toContain('may not list services')
    })
  })

  describe('where changes are kept', () => {
    let database: TestDatabase

    beforeAll(async () => {
      database = await migratedDatabase('health', join(import.meta.dirname, 'migrations'))
    })
    afterAll(() => database.drop())

    test('the last ones are listed', async () => {
      const { port } = await start(sample)
      const targets = { predict: `http://127.0.0.1:${port}` }
      const host = await start(health, { targets, database: { url: database.url } })
      await page.goto(`http://127.0.0.1:${host.port}/health`)
      await eventually(overall).toBe('Every function is ready')
      await eventually(() => page.getByRole('listitem').allInnerTexts()).toEqual([
        expect.stringMatching(/predict ready/),
      ])
      expect(await barriersOf(page)).toEqual([])
    })
  })

  test.each(['light', 'dark'] as const)('in %s it has no barriers that axe finds', async (colorScheme) => {
    await page.emulateMedia({ colorScheme })
    await visit({ predict: await start(sample), configs: await start(sample, { greeting: 'broken' }) })
    await eventually(overall).toBe('configs is degraded')
    expect(await barriersOf(page)).toEqual([])
  })

  test('no function known', async () => {
    await visit({})
    await eventually(overall).toBe('No function is known here')
    expect(await page.getByRole('row').count()).toBe(1)
  })

  test('asks every 5 s, but neither when paused nor when hidden', async () => {
    let asked = 0
    page.on('response', () => (asked += 1))
    await visit({ predict: await start(sample) })
    await eventually(overall).toBe('Every function is ready')
    // The page itself was the first.
    await eventually(() => asked).toBe(2)
    await page.clock.runFor(4900)
    expect(asked).toBe(2)
    await page.clock.runFor(100)
    await eventually(() => asked).toBe(3)
    await page.getByRole('button', { name: 'Pause' }).click()
    await page.clock.runFor(20_000)
    expect(asked).toBe(3)
    await page.getByRole('button', { name: 'Resume' }).click()
    await eventually(() => asked).toBe(4)
    await setHidden(true)
    await page.clock.runFor(20_000)
    expect(asked).toBe(4)
    await setHidden(false)
    await eventually(() => asked).toBe(5)
  })

  test('says when the answers stop, and keeps the last one', async () => {
    const host = await visit({ predict: await start(sample) })
    await eventually(overall).toBe('Every function is ready')
    await stop(host)
    await page.clock.runFor(5000)
    await eventually(alert).toBe('The health function does not answer. Below is its last answer.')
    expect(await rowOf('predict')).toMatch(/ready/)
  })

  async function setHidden(isHidden: boolean): Promise<void> {
    await page.evaluate(`Object.defineProperty(document, 'hidden', { value: ${isHidden}, configurable: true })`)
    await page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
  }
})
