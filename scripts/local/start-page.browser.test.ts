import { join } from 'node:path'

import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'

import { Program } from '../../bundle/program.ts'
import { barriersOf } from '../../functions/_runtime/testing/accessibility.ts'
import { chromiumPath, eventually, faultsOf, launchChromium } from '../../functions/_runtime/testing/browser.ts'
import { testDatabase, type TestDatabase } from '../../functions/_runtime/testing/database.ts'
import { functions } from '../../functions/list.ts'
import { freePort } from './free-port.ts'

const names = Object.keys(functions)
const quartet = join(import.meta.dirname, '..', 'quartet.ts')

describe.runIf(chromiumPath())('the start page', () => {
  let database: TestDatabase
  let server: Program
  let browser: Browser
  let context: BrowserContext
  let page: Page
  let faults: string[]

  beforeAll(async () => {
    browser = await launchChromium()
    database = await testDatabase()
    const env = { DATABASE_URL: database.url, LOG_LEVEL: 'error' }
    server = await Program.start([quartet, 'start'], await freePort(), env)
  })

  afterAll(async () => {
    await browser.close()
    await server.stop()
    await database.drop()
  })

  beforeEach(async () => {
    context = await browser.newContext({ permissions: ['clipboard-read', 'clipboard-write'] })
    page = await context.newPage()
    faults = faultsOf(page)
    await page.goto(server.url)
    await page.getByRole('listitem').first().waitFor()
  })

  afterEach(async () => {
    await context.close()
    if (faults.length > 0) throw new Error(faults.join('\n'))
  })

  test('has a card for every function', async () => {
    expect(await page.getByRole('heading', { level: 2 }).allInnerTexts()).toEqual(names)
  })

  test('every link leads somewhere', async () => {
    const links = await page.evaluate<string[]>('[...document.links].map(({ href }) => href)')
    expect(links.length).toBeGreaterThan(3 * names.length)
    const statuses = await Promise.all(links.map(async (link) => `${link} ${(await fetch(link)).status}`))
    expect(statuses).toEqual(links.map((link) => `${link} 200`))
  })

  test('shows the state of every function', async () => {
    const cards = page.getByRole('listitem')
    await eventually(() => cards.filter({ hasText: /\bready\b/ }).count()).toBe(names.length)
    expect(await cards.count()).toBe(names.length)
  })

  test('copies the command of a function, with the address of this server', async () => {
    await page.getByRole('button', { name: 'Copy the health command' }).click()
    await eventually(() => page.getByRole('status').textContent()).toBe('Copied')
    expect(await page.evaluate('navigator.clipboard.readText()')).toBe(`curl ${server.url}/health`)
  })

  test('leads to the digit page, which reads a digit from there', async () => {
    await page.getByRole('banner').getByRole('link', { name: 'Draw a digit' }).click()
    await page.locator('#paper').focus()
    expect(page.url()).toBe(`${server.url}/functions/predict/`)
    for (const key of ['Space', ...Array.from({ length: 8 }, () => 'ArrowDown'), 'Space'])
      await page.keyboard.press(key)
    await eventually(() => page.getByRole('status').textContent()).toMatch(/^1, /)
  })

  test.each(['light', 'dark'] as const)('in %s it has no barriers that axe finds', async (colorScheme) => {
    await page.emulateMedia({ colorScheme })
    await eventually(() =>
      page
        .getByRole('listitem')
        .filter({ hasText: /\bready\b/ })
        .count(),
    ).toBe(names.length)
    expect(await barriersOf(page)).toEqual([])
  })

  test('fits a phone', async () => {
    await page.setViewportSize({ width: 360, height: 640 })
    for (const path of ['/', '/functions/predict/', '/functions/metrics/', '/health']) {
      await page.goto(`${server.url}${path}`)
      expect(await page.evaluate<number>('document.documentElement.scrollWidth')).toBe(360)
    }
  })
})
