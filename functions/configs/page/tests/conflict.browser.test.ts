import type { Browser } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'

import { chromiumPath, eventually, launchChromium } from '../../../_runtime/testing/browser.ts'
import { ConfigsPage, serveConfigs, type ServedConfigs } from './configs-page.ts'

describe.runIf(chromiumPath())('a config that somebody else has changed', () => {
  let browser: Browser
  let served: ServedConfigs
  let configs: ConfigsPage

  beforeAll(async () => {
    browser = await launchChromium()
    served = await serveConfigs()
  })

  afterAll(async () => {
    await browser.close()
    await served.stop()
  })

  beforeEach(async () => {
    await served.send('PUT /configs/shared?create=true', '{"name":"shared","metadata":{"zone":"a","size":1}}')
    configs = await ConfigsPage.open(browser, `${served.origin}/#/shared`)
    configs.excused = /status of (?:404|412)/
    await configs.hearNothing()
    await eventually(configs.text).toContain('"zone": "a"')
  })

  afterEach(() => configs.close())

  const document = async (): Promise<unknown> => (await served.send('GET /configs/shared')).json()
  const title = (): Promise<string> => configs.page.getByRole('heading', { level: 3 }).innerText()
  const conflicts = (): Promise<number> => configs.page.getByRole('heading', { level: 3 }).count()

  async function bothChange(): Promise<void> {
    await configs.edit((text) => text.replace('"a"', '"mine"'))
    await served.send('PATCH /configs/shared', '{"metadata":{"size":2}}')
    await configs.press('Save')
    await eventually(title).toBe('shared was changed meanwhile')
  }

  test('is not overwritten, and one sees what was changed', async () => {
    await bothChange()
    expect(await configs.removedLines()).toEqual([expect.stringContaining('"size": 1')])
    expect(await configs.addedLines()).toEqual([expect.stringContaining('"size": 2')])
    expect(await document()).toEqual({ name: 'shared', metadata: { zone: 'a', size: 2 } })
    expect(await configs.text()).toContain('"mine"')
  })

  test('is overwritten when that is what one wants', async () => {
    await bothChange()
    await configs.press('Save mine over it')
    await eventually(configs.notice).toMatch(/^Saved/)
    expect(await document()).toEqual({ name: 'shared', metadata: { zone: 'mine', size: 1 } })
    expect(await conflicts()).toBe(0)
  })

  test('is taken as it is when one discards what was written', async () => {
    await bothChange()
    await configs.press('Discard mine')
    await eventually(configs.text).toContain('"size": 2')
    expect(await configs.text()).toContain('"a"')
    expect(await conflicts()).toBe(0)
  })

  test('is edited on, and saved once both are in', async () => {
    await bothChange()
    await configs.press('Go on editing')
    expect(await conflicts()).toBe(0)
    await configs.edit((text) => text.replace('"size": 1', '"size": 2'))
    await configs.press('Save')
    await eventually(configs.notice).toMatch(/^Saved/)
    expect(await document()).toEqual({ name: 'shared', metadata: { zone: 'mine', size: 2 } })
  })

  test('is not overwritten when it is changed once more before one insists', async () => {
    await bothChange()
    await served.send('PATCH /configs/shared', '{"metadata":{"size":3}}')
    await configs.press('Save mine over it')
    await eventually(configs.addedLines).toEqual([expect.stringContaining('"size": 3')])
    expect(await document()).toEqual({ name: 'shared', metadata: { zone: 'a', size: 3 } })
  })

  test('is not removed unseen', async () => {
    await served.send('PATCH /configs/shared', '{"metadata":{"size":2}}')
    await configs.press('Delete')
    await eventually(title).toBe('shared was changed meanwhile')
    expect(await document()).toEqual({ name: 'shared', metadata: { zone: 'a', size: 2 } })
    await configs.press('Delete it anyway')
    await eventually(configs.notice).toBe('shared was removed.')
    await configs.press('Undo')
    await eventually(configs.text).toContain('"size": 2')
  })

  test('is created again when somebody has removed it', async () => {
    await configs.edit((text) => text.replace('"a"', '"mine"'))
    await served.send('DELETE /configs/shared')
    await configs.press('Save')
    await eventually(title).toBe('shared was removed meanwhile')
    await configs.press('Create it again with mine')
    await eventually(configs.notice).toMatch(/^Saved/)
    expect(await document()).toEqual({ name: 'shared', metadata: { zone: 'mine', size: 1 } })
  })

  test('is shown when one comes back to what was written', async () => {
    await configs.edit((text) => text.replace('"a"', '"mine"'))
    await configs.follow('New config')
    await served.send('PATCH /configs/shared', '{"metadata":{"size":2}}')
    await configs.follow('shared')
    await eventually(title).toBe('shared was changed meanwhile')
    expect(await configs.text()).toContain('"mine"')
  })
})
