import type { Browser } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'

import { barriersOf } from '../../../_runtime/testing/accessibility.ts'
import { chromiumPath, eventually, launchChromium } from '../../../_runtime/testing/browser.ts'
import { bearing, tokenEntry } from '../../../_runtime/testing/guarded-sample.ts'
import { ConfigsPage, serveConfigs, type ServedConfigs } from './configs-page.ts'

const tokens = {
  reader: tokenEntry('reads', 'configs:read'),
  writer: tokenEntry('writes', 'configs:read', 'configs:write'),
}

describe.runIf(chromiumPath())('the page of a function that asks for tokens', () => {
  let browser: Browser
  let served: ServedConfigs
  let configs: ConfigsPage

  beforeAll(async () => {
    browser = await launchChromium()
    served = await serveConfigs({ auth: { tokens } })
  })

  afterAll(async () => {
    await browser.close()
    await served.stop()
  })

  beforeEach(async () => {
    configs = await ConfigsPage.open(browser, `${served.origin}/#/datacenter-1`)
    configs.excused = /status of 40[13]/
    await eventually(configs.alert).toBe('Unauthorized: This needs a token, sent as Authorization: Bearer TOKEN.')
  })

  afterEach(() => configs.close())

  async function give(token: string): Promise<void> {
    await configs.page.getByLabel('Bearer token').fill(token)
    await configs.press('Use it')
  }

  test('asks for one, and shows what it was asked for', async () => {
    expect(await barriersOf(configs.page)).toEqual([])
    await give('reads')
    await eventually(configs.text).toContain('"datacenter-1"')
    await eventually(configs.names).toEqual(['datacenter-1', 'datacenter-2'])
    expect(await configs.alerts()).toBe(0)
  })

  test('says what is wrong with one', async () => {
    await give('nobody has it')
    await eventually(configs.alert).not.toContain('This needs a token')
    await eventually(configs.alert).toContain('Unauthorized: ')
    expect(await configs.names()).toEqual([])
  })

  test('asks for another where one does not allow a change, and keeps what was written', async () => {
    await give('reads')
    await eventually(configs.text).toContain('"datacenter-1"')
    await configs.edit((text) => text.replace('500m', '750m'))
    await configs.press('Save')
    await eventually(configs.alert).toBe('Forbidden: The token does not allow configs:write.')
    await give('writes')
    await eventually(configs.alerts).toBe(0)
    await configs.press('Save')
    await eventually(configs.notice).toMatch(/^Saved/)
    const stored = await fetch(`${served.origin}/configs/datacenter-1`, { headers: bearing('reads') })
    expect(await stored.text()).toContain('750m')
    await configs.follow('History')
    await eventually(() => configs.page.locator('#versions li').first().innerText()).toContain('by writer')
  })

  test('forgets it with the page', async () => {
    await give('reads')
    await eventually(configs.text).toContain('"datacenter-1"')
    const kept = await configs.page.evaluate<string>('JSON.stringify([localStorage, sessionStorage, document.cookie])')
    expect(kept).not.toContain('reads')
    await configs.page.reload()
    await eventually(configs.alert).toContain('This needs a token')
  })
})
