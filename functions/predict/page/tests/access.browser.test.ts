import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { barriersOf } from '../../../_runtime/testing/accessibility.ts'
import { chromiumPath, eventually, launchChromium } from '../../../_runtime/testing/browser.ts'
import { startHost, type TestHost } from '../../../_runtime/testing/test-host.ts'
import { predict } from '../../index.ts'
import { DigitPage, seven } from './digit-page.ts'

const schemes = ['light', 'dark'] as const
const viewports = [
  { width: 320, height: 568 },
  { width: 390, height: 844 },
  { width: 768, height: 1024 },
  { width: 1280, height: 720 },
]

/** Shows a five that is read as a three, whatever the model would say. */
async function misread({ page, note }: DigitPage): Promise<void> {
  const probabilities = Array.from({ length: 10 }, (_, digit) => (digit === 3 ? 0.91 : 0.01))
  await page.route('**/predict', (route) => route.fulfill({ json: { digit: 3, probabilities, modelVersion: '1' } }))
  await page.getByRole('radio').nth(15).click()
  await eventually(note).toBe('The test set says 5')
  await page.unroute('**/predict')
}

describe.runIf(chromiumPath())('the digit page for everybody', () => {
  let browser: Browser
  let host: TestHost
  let origin: string

  beforeAll(async () => {
    browser = await launchChromium()
    host = await startHost(predict)
    origin = `http://127.0.0.1:${host.port}`
  })

  afterAll(async () => {
    await browser.close()
    await host.stop()
  })

  describe.each(viewports)('$width px wide', (viewport) => {
    test.each(schemes)('in %s has no barriers that axe finds, whatever it shows', async (colorScheme) => {
      const digits = await DigitPage.open(browser, origin, { viewport, colorScheme, reducedMotion: 'reduce' })
      digits.excused = /ERR_FAILED/
      expect(await barriersOf(digits.page)).toEqual([])
      await misread(digits)
      await digits.page.getByText('The same with curl').click()
      expect(await barriersOf(digits.page)).toEqual([])
      await digits.page.route('**/predict', (route) => route.abort())
      await digits.page.getByRole('radio').nth(1).click()
      await eventually(digits.alerts).toBe(1)
      expect(await barriersOf(digits.page)).toEqual([])
      await digits.close()
    })

    test('needs no scrolling aside, and every target is large enough for a finger', async () => {
      const digits = await DigitPage.open(browser, origin, { viewport })
      await misread(digits)
      await digits.page.getByText('The same with curl').click()
      expect(await digits.page.evaluate<number>('document.documentElement.scrollWidth')).toBe(viewport.width)
      const targets = digits.page.locator('button:visible, input:visible, summary, canvas[tabindex]')
      for (const target of await targets.all()) {
        const box = await target.boundingBox()
        const name = await target.innerText()
        expect(box?.height, name).toBeGreaterThanOrEqual(44)
        expect(box?.width, name).toBeGreaterThanOrEqual(44)
      }
      await digits.close()
    })
  })

  test('the keyboard reaches everything, in the order of the page, and one sees where it is', async () => {
    const digits = await DigitPage.open(browser, origin)
    await digits.draw(seven)
    await eventually(digits.spoken).toMatch(/^7, /)
    await digits.page.evaluate('document.querySelector("details").open = true')
    await digits.page.keyboard.press('Shift+Tab')
    const reached: unknown[] = []
    for (let step = 0; step < 7; step += 1) {
      await digits.page.keyboard.press('Tab')
      reached.push(await digits.page.evaluate(focusExpression))
    }
    const outline = 'solid 3px'
    expect(reached).toEqual(
      ['Paper to draw a digit on', 'Clear', 'Upload a picture', '0', 'The same with curl', 'Command', 'Copy'].map(
        (name) => ({ name, outline }),
      ),
    )
    await digits.close()
  })

  test('an answer is spoken when the pen is lifted, not while it draws', async () => {
    const digits = await DigitPage.open(browser, origin)
    await digits.page.evaluate(listenExpression)
    await digits.draw(seven)
    await eventually(digits.spoken).toMatch(/^7, /)
    const heard = await digits.page.evaluate<string[]>('heard')
    expect(heard).toHaveLength(1)
    await digits.close()
  })
})

const focusExpression = `(() => {
  const { activeElement } = document
  const { outlineStyle, outlineWidth } = getComputedStyle(activeElement)
  return { name: activeElement.ariaLabel ?? activeElement.textContent, outline: outlineStyle + ' ' + outlineWidth }
})()`

const listenExpression = `{
  globalThis.heard = []
  const region = document.querySelector('[role=status]')
  new MutationObserver(() => heard.push(region.textContent)).observe(region, { childList: true })
}`
