import type { Browser } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'

import { chromiumPath, eventually, launchChromium } from '../../../_runtime/testing/browser.ts'
import { ConfigsPage, serveConfigs, type ServedConfigs } from './configs-page.ts'

describe.runIf(chromiumPath())('the history of a config on the page', () => {
  let browser: Browser
  let served: ServedConfigs
  let configs: ConfigsPage
  let name: string
  let versions: string[]
  let count = 0

  beforeAll(async () => {
    browser = await launchChromium()
    served = await serveConfigs()
  })

  afterAll(async () => {
    await browser.close()
    await served.stop()
  })

  beforeEach(async () => {
    count += 1
    name = `config-${count}`
    versions = []
    for (const ratio of ['1.0', '2.50', '3e2']) {
      const body = `{"name":"${name}","metadata":{"ratio":${ratio},"zone":"a"}}`
      const { headers } = await served.send(`PUT /configs/${name}?create=true`, body)
      versions.push((headers.get('etag') ?? '').replaceAll('"', ''))
    }
    configs = await ConfigsPage.open(browser, `${served.origin}/#/${name}/versions`)
    await eventually(configs.addedLines).toHaveLength(1)
  })

  afterEach(() => configs.close())

  const documentText = async (): Promise<string> => (await served.send(`GET /configs/${name}`)).text()
  const changes = (): Promise<string[]> => configs.page.locator('#versions li').allInnerTexts()

  test('begins with what the last change changed, digit by digit', async () => {
    expect(await configs.removedLines()).toEqual([expect.stringContaining('"ratio": 2.50,')])
    expect(await configs.addedLines()).toEqual([expect.stringContaining('"ratio": 3e2,')])
    expect(await changes()).toEqual(versions.toReversed().map((version) => expect.stringContaining(version)))
  })

  test('shows what another change changed, at an address of its own', async () => {
    await configs.follow(`Version ${versions[1]}`)
    await eventually(configs.addedLines).toEqual([expect.stringContaining('"ratio": 2.50,')])
    await configs.page.reload()
    await eventually(configs.addedLines).toEqual([expect.stringContaining('"ratio": 2.50,')])
    await configs.follow(`Version ${versions[0]}`)
    await eventually(async () => (await configs.addedLines()).length).toBe(7)
    expect(await configs.removedLines()).toEqual([])
  })

  test('compares any two versions, also as JSON Patch', async () => {
    await configs.page.locator('#from').selectOption(versions[0] ?? '')
    await eventually(configs.removedLines).toEqual([expect.stringContaining('"ratio": 1.0,')])
    await configs.page.getByText('The same as JSON Patch').click()
    const patch = configs.page.getByRole('group', { name: 'JSON Patch' })
    await eventually(() => patch.innerText()).toContain('"value": 3e2')
    await configs.page.locator('#to').selectOption(versions[0] ?? '')
    await eventually(() => configs.page.getByText('They are the same.').count()).toBe(1)
  })

  test('leads back to a version', async () => {
    await configs.press(`Restore version ${versions[0]}`)
    await eventually(configs.notice).toMatch(new RegExp(`^Version ${versions[0]} is there again, as version \\d+\\.$`))
    await eventually(configs.text).toContain('"ratio": 1.0,')
    expect(await documentText()).toBe(`{"name":"${name}","metadata":{"ratio":1.0,"zone":"a"}}`)
  })

  test('does not lead back over a change that one has not seen', async () => {
    configs.excused = /status of 412/
    await configs.hearNothing()
    await eventually(changes).toHaveLength(3)
    await served.send(`PATCH /configs/${name}`, '{"metadata":{"zone":"b"}}')
    await configs.press(`Restore version ${versions[0]}`)
    await eventually(configs.alert).toContain('Precondition Failed')
    await eventually(changes).toHaveLength(4)
    expect(await documentText()).toContain('"b"')
  })

  test('leads back to a config that was removed', async () => {
    await served.send(`DELETE /configs/${name}`)
    await configs.page.reload()
    await eventually(configs.version).toBe('Removed')
    expect((await changes())[0]).toMatch(/^Removed/)
    await configs.press(`Restore version ${versions[2]}`)
    await eventually(configs.text).toContain('"ratio": 3e2,')
    await eventually(configs.names).toContain(name)
  })

  test('of a config that never was says so', async () => {
    configs.excused = /status of 404/
    await configs.page.goto(`${served.origin}/#/never/versions`)
    await eventually(configs.alert).toBe('Not Found: No change of a config named "never" is kept.')
  })
})
