import type { Browser } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'

import { chromiumPath, eventually, launchChromium } from '../../../_runtime/testing/browser.ts'
import { ConfigsPage, serveConfigs, type ServedConfigs } from './configs-page.ts'

const stored = '{"name":"edge","metadata":{"ratio":1.0,"serial":12345678901234567890,"zone":"a"}}'
const laidOut = `{
  "name": "edge",
  "metadata": {
    "ratio": 1.0,
    "serial": 12345678901234567890,
    "zone": "a"
  }
}`

describe.runIf(chromiumPath())('a document on the page', () => {
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
    await served.send('PUT /configs/edge?create=true', stored)
    configs = await ConfigsPage.open(browser, `${served.origin}/#/edge`)
    await eventually(configs.text).toBe(laidOut)
  })

  afterEach(async () => {
    await configs.close()
    await served.send('DELETE /configs/edge')
  })

  const documentOf = async (name: string): Promise<string> => (await served.send(`GET /configs/${name}`)).text()
  const canSave = (): Promise<boolean> => configs.page.getByRole('button', { name: 'Save' }).isEnabled()

  test('is laid out over lines, its numbers to the letter', async () => {
    expect(await configs.heading()).toBe('edge')
    expect(await configs.version()).toMatch(/^Version \d+$/)
    expect(await canSave()).toBe(false)
  })

  test('is changed, and what was not touched stays to the letter', async () => {
    await configs.edit((text) => text.replace('"a"', '"b"'))
    await configs.press('Save')
    await eventually(configs.notice).toMatch(/^Saved as version \d+\.$/)
    expect(await documentOf('edge')).toBe(stored.replace('"a"', '"b"'))
    expect(await configs.text()).toBe(laidOut.replace('"a"', '"b"'))
    expect(await canSave()).toBe(false)
  })

  test('is saved from the keyboard', async () => {
    await configs.edit((text) => text.replace('1.0', '1.50'))
    await configs.editor.press('Control+s')
    await eventually(configs.notice).toMatch(/^Saved/)
    expect(await documentOf('edge')).toBe(stored.replace('1.0', '1.50'))
  })

  test('is what it was when changes are discarded', async () => {
    await configs.edit((text) => text.replace('1.0', '2'))
    await configs.press('Discard changes')
    expect(await configs.text()).toBe(laidOut)
  })

  test('keeps what was written while another is looked at, and does not save it', async () => {
    await configs.edit((text) => text.replace('1.0', '2'))
    await configs.follow('New config')
    await eventually(configs.heading).toBe('New config')
    await configs.follow('edge')
    await eventually(configs.text).toBe(laidOut.replace('1.0', '2'))
    expect(await documentOf('edge')).toBe(stored)
  })

  test('that is no JSON is marked at its line before it is sent', async () => {
    await configs.edit((text) => text.replace('1.0', '01'))
    await eventually(configs.flaws).toEqual(['Line 4: Unexpected "1"'])
    expect(await configs.editor.getAttribute('aria-invalid')).toBe('true')
    await configs.press('Save')
    await eventually(configs.caretLine).toBe(4)
    expect(await documentOf('edge')).toBe(stored)
    await configs.edit((text) => text.replace('01', '1'))
    await eventually(configs.flaws).toEqual([])
  })

  test('that is no config is marked where the function says', async () => {
    configs.excused = /status of 400/
    await configs.edit(
      () => String.raw`{"name":"edge","metadata":{"a":1,
      "b":["x","\u0000"]}}`,
    )
    await configs.press('Save')
    await eventually(configs.flaws).toEqual(['Line 2: The text has a NUL character (/metadata/b/1)'])
    expect(await configs.caretLine()).toBe(2)
    await configs.edit(() => '{"metadata":{},\n"name":"edge",\n"c":1,\n"d":2}')
    await configs.press('Save')
    await eventually(configs.flaws).toEqual(['Line 3: Unrecognized key (/c)', 'Line 4: Unrecognized key (/d)'])
    await configs.press('Line 4: Unrecognized key (/d)')
    expect(await configs.caretLine()).toBe(4)
  })

  test('is laid out again at the press of a button, which changes no value', async () => {
    await configs.edit(() => stored)
    await configs.press('Format')
    expect(await configs.text()).toBe(laidOut)
    expect(await canSave()).toBe(false)
  })

  test('is created, and is in the list', async () => {
    await configs.follow('New config')
    await configs.page.keyboard.type('fresh')
    await configs.press('Save')
    await eventually(configs.notice).toBe('fresh was created.')
    expect(await documentOf('fresh')).toBe('{"name":"fresh","metadata":{}}')
    await eventually(configs.names).toEqual(['edge', 'fresh'])
    expect(new URL(configs.page.url()).hash).toBe('#/fresh')
    expect(await configs.heading()).toBe('fresh')
    expect(await configs.version()).toMatch(/^Version \d+$/)
    await served.send('DELETE /configs/fresh')
  })

  test('is not created over another of its name', async () => {
    configs.excused = /status of 409/
    await configs.follow('New config')
    await configs.page.keyboard.type('edge')
    await configs.press('Save')
    await eventually(configs.flaws).toEqual(['Line 2: The name is taken (/name)'])
    expect(await documentOf('edge')).toBe(stored)
  })

  test('is removed, and is there again when that is undone', async () => {
    await configs.press('Delete')
    await eventually(configs.notice).toBe('edge was removed.')
    expect((await served.send('GET /configs/edge')).status).toBe(404)
    await eventually(configs.count).toBe('There are no configs yet.')
    await configs.press('Undo')
    await eventually(configs.notice).toBe('edge is there again.')
    await eventually(configs.text).toBe(laidOut)
    expect(await documentOf('edge')).toBe(stored)
    await eventually(configs.names).toEqual(['edge'])
  })

  test('says when there is none of a name', async () => {
    configs.excused = /status of 404/
    await configs.page.goto(`${served.origin}/#/nowhere`)
    await eventually(configs.alert).toBe('Not Found: No config is named "nowhere".')
  })

  test('says when nobody answers, and is saved when somebody does', async () => {
    configs.excused = /ERR_INTERNET_DISCONNECTED/
    await configs.edit((text) => text.replace('"a"', '"b"'))
    await configs.context.setOffline(true)
    await configs.press('Save')
    await eventually(configs.alert).toBe('No answer: The function cannot be reached.')
    await configs.context.setOffline(false)
    await configs.press('Save')
    await eventually(configs.notice).toMatch(/^Saved/)
    expect(await configs.alerts()).toBe(0)
  })
})
