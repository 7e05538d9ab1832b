import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { barriersOf } from '../../../functions/_runtime/testing/accessibility.ts'
import { chromiumPath, faultsOf, launchChromium } from '../../../functions/_runtime/testing/browser.ts'
import { measurementOf } from '../testing/measurement.ts'
import { reportOf } from './report.ts'

const all = ['predict', 'configs', 'health', 'metrics']

describe.runIf(chromiumPath())('the report of a load', () => {
  let browser: Browser

  beforeAll(async () => {
    browser = await launchChromium()
  })

  afterAll(() => browser.close())

  /** Opens a report where nothing else is to be had. */
  async function open(
    html: string,
    options: BrowserContextOptions,
    look: (page: Page) => Promise<void>,
  ): Promise<void> {
    const context = await browser.newContext({ ...options, offline: true })
    const page = await context.newPage()
    const faults = faultsOf(page)
    const asked: string[] = []
    page.on('request', (request) => asked.push(request.url()))
    await page.setContent(html)
    await look(page)
    await context.close()
    expect({ faults, asked }).toEqual({ faults: [], asked: [] })
  }

  test.each(['light', 'dark'] as const)('keeps nobody from reading it, in %s', async (colorScheme) => {
    await open(await reportOf(measurementOf('ramp')), { colorScheme }, async (page) => {
      expect(await barriersOf(page)).toEqual([])
      expect(await page.getByRole('heading', { level: 2 }).first().textContent()).toBe('Passed')
    })
  })

  test.each([320, 390, 1280])('fits a page of %d pixels, letters too', async (width) => {
    await open(await reportOf(measurementOf('mixed', all)), { viewport: { width, height: 800 } }, async (page) => {
      expect(await page.evaluate<number>('document.documentElement.scrollWidth')).toBe(width)
      const figures = page.getByRole('img')
      expect(await figures.count()).toBe(4)
      const boxes = await page.locator('svg[role=img]:visible text').evaluateAll((texts) =>
        texts.map((each) => {
          const [inner, outer] = [each.getBoundingClientRect(), each.closest('svg')?.getBoundingClientRect()]
          return outer !== undefined && inner.left >= outer.left && inner.right <= outer.right && inner.height > 9
        }),
      )
      expect(boxes.filter((isInside) => !isInside)).toEqual([])
    })
  })

  test('what went wrong stands first', async () => {
    const measurement = measurementOf('burst')
    const verdict = { isPassed: false, findings: [{ isMet: false, text: '3 of 50 requests failed: 3 of status 503.' }] }
    await open(await reportOf({ ...measurement, verdict }), {}, async (page) => {
      expect(await page.title()).toBe('Burst on predict: failed')
      expect(await page.getByRole('region', { name: 'Failed' }).getByRole('listitem').allTextContents()).toEqual([
        'Missed: 3 of 50 requests failed: 3 of status 503.',
      ])
    })
  })

  test('without a cluster it has no word of pods', async () => {
    const measurement = { ...measurementOf('steady'), isOnCluster: false, scale: {} }
    await open(await reportOf(measurement), {}, async (page) => {
      expect(await page.getByRole('img').count()).toBe(3)
      expect(await page.locator('thead th').allTextContents()).toEqual([
        'From',
        'Offered/s',
        'Answered/s',
        'Failed',
        'Cold',
        'p50',
        'p95',
        'p99',
      ])
    })
  })
})
