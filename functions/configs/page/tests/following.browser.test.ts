import type { Browser } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'

import { chromiumPath, eventually, launchChromium } from '../../../_runtime/testing/browser.ts'
import { ConfigsPage, serveConfigs, type ServedConfigs } from './configs-page.ts'

describe.runIf(chromiumPath())('the page while others change configs', () => {
  let browser: Browser
  let served: ServedConfigs
  let configs: ConfigsPage

  beforeAll(async () => {
    browser = await launchChromium()
    // Streams end every second here, and nothing may be missed between two.
    served = await serveConfigs({ watch: { seconds: 1 } })
  })

  afterAll(async () => {
    await browser.close()
    await served.stop()
  })

  beforeEach(async () => {
    for (const name of ['b', 'd']) await put(name, 1)
    configs = await ConfigsPage.open(browser, `${served.origin}/#/b`)
    await eventually(configs.names).toEqual(['b', 'd'])
    await eventually(configs.text).toContain('"size": 1')
    // What is changed from here on is told.
    await follows()
  })

  afterEach(async () => {
    await configs.close()
    for (const name of ['a', 'b', 'c', 'd']) await served.send(`DELETE /configs/${name}`)
  })

  async function put(name: string, size: number): Promise<void> {
    await served.send(`PUT /configs/${name}?create=true`, JSON.stringify({ name, metadata: { size } }))
  }

  async function follows(): Promise<void> {
    await put('z', 0)
    await eventually(configs.names).toContain('z')
    await served.send('DELETE /configs/z')
    await eventually(configs.names).not.toContain('z')
  }

  test('has new ones at their places, and no more those that were removed', async () => {
    await put('c', 1)
    await eventually(configs.names).toEqual(['b', 'c', 'd'])
    await put('a', 1)
    await served.send('DELETE /configs/d')
    await eventually(configs.names).toEqual(['a', 'b', 'c'])
    expect(await configs.count()).toBe('3 configs')
    expect(await configs.page.locator('[aria-current=page]').allInnerTexts()).toContain('b')
  })

  test('has those only that it looks for', async () => {
    await configs.page.getByLabel('Name begins with').fill('d')
    await eventually(configs.names).toEqual(['d'])
    await put('a', 1)
    await put('d-2', 1)
    await eventually(configs.names).toEqual(['d', 'd-2'])
    await served.send('DELETE /configs/d-2')
  })

  test('searches again', async () => {
    await configs.press('Add a condition')
    await configs.page.getByLabel('Path').fill('size')
    await configs.page.getByLabel('Value').fill('7')
    await eventually(configs.count).toBe('Nothing is found.')
    await put('d', 7)
    await eventually(configs.names).toEqual(['d'])
  })

  test('shows what is open as it is now', async () => {
    await put('b', 2)
    await eventually(configs.text).toContain('"size": 2')
    expect(await configs.notice()).toBe('Somebody has changed b: this is how it is now.')
  })

  test('does not take away what one writes, and shows what was changed when one asks', async () => {
    await configs.edit((text) => text.replace('1', '1.5'))
    await put('b', 2)
    await eventually(configs.notice).toBe('Somebody has changed b.')
    expect(await configs.text()).toContain('"size": 1.5')
    await configs.press('Show')
    await eventually(configs.addedLines).toEqual([expect.stringContaining('"size": 2')])
    await configs.press('Discard mine')
    expect(await configs.text()).toContain('"size": 2')
  })

  test('is not surprised by what it saves itself', async () => {
    for (const size of ['10', '11', '12']) {
      await configs.edit((text) => text.replace(/"size": \d+/, `"size": ${size}`))
      await configs.press('Save')
      await eventually(async () => (await served.send('GET /configs/b')).text()).toContain(size)
      await eventually(() => configs.page.getByRole('button', { name: 'Save' }).isDisabled()).toBe(true)
    }
    await put('c', 1)
    await eventually(configs.names).toContain('c')
    expect(await configs.notice()).toMatch(/^Saved/)
    expect(await configs.text()).toContain('"size": 12')
  })

  test('says that what is open was removed, and has it again when it is there again', async () => {
    configs.excused = /status of 404/
    await served.send('DELETE /configs/b')
    await eventually(configs.alert).toBe('Not Found: No config is named "b".')
    await put('b', 3)
    await eventually(configs.text).toContain('"size": 3')
    await eventually(configs.alerts).toBe(0)
  })

  test('has the history as it is now', async () => {
    await configs.follow('History')
    const changes = (): Promise<number> => configs.page.locator('#versions li').count()
    await eventually(changes).toBeGreaterThan(0)
    const before = await changes()
    await put('b', 2)
    await eventually(changes).toBe(before + 1)
  })

  test('lets go of the stream while nobody sees it', async () => {
    const asked: string[] = []
    configs.page.on('request', (request) => asked.push(new URL(request.url()).pathname))
    await configs.page.evaluate(hideExpression(true))
    await put('c', 1)
    await configs.page.evaluate(hideExpression(false))
    await eventually(configs.names).toEqual(['b', 'c', 'd'])
    expect(asked).toContain('/configs/events')
  })
})

function hideExpression(isHidden: boolean): string {
  return `{
    Object.defineProperty(document, 'hidden', { configurable: true, value: ${isHidden} })
    document.dispatchEvent(new Event('visibilitychange'))
  }`
}
