import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { barriersOf } from '../../../_runtime/testing/accessibility.ts'
import { chromiumPath, eventually, launchChromium } from '../../../_runtime/testing/browser.ts'
import { ConfigsPage, serveConfigs, type ServedConfigs } from './configs-page.ts'

const schemes = ['light', 'dark'] as const
const viewports = [
  { width: 320, height: 568 },
  { width: 390, height: 844 },
  { width: 768, height: 1024 },
  { width: 1280, height: 720 },
]
const longName = `long-${'n'.repeat(248)}`

describe.runIf(chromiumPath())('the page for everybody', { timeout: 120_000 }, () => {
  let browser: Browser
  let served: ServedConfigs

  beforeAll(async () => {
    browser = await launchChromium()
    served = await serveConfigs()
    const deep = `${'{"level":'.repeat(60)}"${'x'.repeat(300)}"${'}'.repeat(60)}`
    for (const name of ['edge', longName]) {
      await served.send(`PUT /configs/${name}?create=true`, `{"name":"${name}","metadata":{"a":1}}`)
      await served.send(`PUT /configs/${name}`, `{"name":"${name}","metadata":${deep}}`)
    }
  })

  afterAll(async () => {
    await browser.close()
    await served.stop()
  })

  /** Goes through what the page can show, and looks at each. */
  async function tour(configs: ConfigsPage, name: string, look: () => Promise<void>): Promise<void> {
    const { page } = configs
    await configs.hearNothing()
    await eventually(configs.names).toContain(name)
    await configs.press('Add a condition')
    await page.getByLabel('Path').fill('metadata.level')
    await page.getByLabel('Operator').selectOption('exists')
    await eventually(() => page.getByRole('group', { name: 'The same by HTTP' }).isVisible()).toBe(true)
    await look()
    await page.goto(`${served.origin}/#/${name}`)
    await eventually(configs.text).toContain('level')
    await look()
    await configs.edit((text) => text.replace('level', 'lev\nel'))
    await eventually(configs.flaws).toHaveLength(1)
    await look()
    await configs.edit((text) => text.replace('lev\nel', 'other'))
    await served.send(`PATCH /configs/${name}`, `{"metadata":{"at":${Math.random()}}}`)
    await configs.press('Save')
    await eventually(() => page.getByRole('heading', { level: 3 }).count()).toBe(1)
    await look()
    await configs.press('Discard mine')
    await configs.follow('History')
    await eventually(() => page.locator('.diff').isVisible()).toBe(true)
    await page.getByText('The same as JSON Patch').click()
    await look()
    await page.goto(`${served.origin}/#/nothing-here`)
    await eventually(configs.alerts).toBe(1)
    await look()
  }

  describe.each(viewports)('$width px wide', (viewport) => {
    test.each(schemes)('in %s has no barriers that axe finds, whatever it shows', async (colorScheme) => {
      const configs = await ConfigsPage.open(browser, served.origin, { viewport, colorScheme, reducedMotion: 'reduce' })
      configs.excused = /status of (?:404|412)/
      await tour(configs, 'edge', async () => expect(await barriersOf(configs.page)).toEqual([]))
      await configs.close()
    })

    test('needs no scrolling aside, and every target is large enough for a finger', async () => {
      const configs = await ConfigsPage.open(browser, served.origin, { viewport })
      configs.excused = /status of (?:404|412)/
      await tour(configs, longName, async () => {
        expect(await configs.page.evaluate<number>('document.documentElement.scrollWidth')).toBe(viewport.width)
        const targets = configs.page.locator(
          'button:visible, input:visible, select:visible, summary:visible, a:visible',
        )
        for (const target of await targets.all()) {
          const box = await target.boundingBox()
          expect(box?.height, await target.innerText()).toBeGreaterThanOrEqual(44)
        }
      })
      await configs.close()
    })
  })

  test('the keyboard reaches everything of a document, in the order of the page', async () => {
    const configs = await ConfigsPage.open(browser, `${served.origin}/#/edge`)
    await eventually(configs.text).toContain('level')
    await configs.edit((text) => `${text} `)
    await configs.page.getByRole('heading', { level: 2 }).focus()
    const reached: unknown[] = []
    for (let step = 0; step < 7; step += 1) {
      await configs.page.keyboard.press('Tab')
      reached.push(await configs.page.evaluate(focusExpression))
    }
    expect(reached).toEqual(['Document', 'History', 'JSON', 'Save', 'Discard changes', 'Format', 'Delete'])
    await configs.close()
  })

  test('whoever opens a config is at its name, and hears what was done', async () => {
    const configs = await ConfigsPage.open(browser, served.origin)
    await configs.follow('edge')
    await eventually(() => configs.page.evaluate(focusExpression)).toBe('edge')
    await eventually(configs.text).toContain('level')
    await configs.edit((text) => text.replace('level', 'Level'))
    await configs.press('Save')
    await eventually(() => configs.page.locator('#spoken').textContent()).toMatch(/^Saved as version \d+\.$/)
    await configs.close()
  })
})

const focusExpression = `{
  const { activeElement } = document
  activeElement.labels?.[0]?.textContent ?? activeElement.textContent
}`
