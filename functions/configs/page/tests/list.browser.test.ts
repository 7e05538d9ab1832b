import postgres from 'postgres'
import type { Browser } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'

import { chromiumPath, eventually, launchChromium } from '../../../_runtime/testing/browser.ts'
import { ConfigsPage, serveConfigs, type ServedConfigs } from './configs-page.ts'

describe.runIf(chromiumPath())('the list on the page', () => {
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

  afterEach(() => configs.close())

  const open = async (): Promise<void> => {
    configs = await ConfigsPage.open(browser, served.origin)
  }
  const condition = async (path: string, operator: string, value?: string): Promise<void> => {
    await configs.press('Add a condition')
    await configs.page.getByLabel('Path').last().fill(path)
    await configs.page.getByLabel('Operator').last().selectOption(operator)
    if (value !== undefined) await configs.page.getByLabel('Value').last().fill(value)
  }
  const put = async (name: string, metadata: unknown): Promise<void> => {
    await served.send(`PUT /configs/${name}?create=true`, JSON.stringify({ name, metadata }))
  }

  test('says that there is nothing, and leads to a first config', async () => {
    await open()
    await eventually(configs.count).toBe('There are no configs yet.')
    await configs.follow('New config')
    await eventually(configs.heading).toBe('New config')
  })

  test('has those whose names begin as one types', async () => {
    for (const name of ['edge-1', 'edge-2', 'core']) await put(name, {})
    await open()
    await eventually(configs.names).toEqual(['core', 'edge-1', 'edge-2'])
    expect(await configs.count()).toBe('3 configs')
    await configs.page.getByLabel('Name begins with').fill('edge')
    await eventually(configs.names).toEqual(['edge-1', 'edge-2'])
    await configs.page.getByLabel('Name begins with').fill('nothing')
    await eventually(configs.count).toBe('Nothing is found.')
  })

  test('says what is wrong with a beginning that no name can have', async () => {
    await open()
    configs.excused = /status of 400/
    await configs.page.getByLabel('Name begins with').fill('a b')
    await eventually(configs.alert).toContain('prefix: Expected how a name begins')
    await configs.page.getByLabel('Name begins with').fill('')
    await eventually(configs.alerts).toBe(0)
  })

  test('finds configs by what is in them', async () => {
    await put('small', { limits: { cpu: 2 }, tags: ['a', 'b'], 'dotted.key': 'x & y' })
    await put('large', { limits: { cpu: 10 } })
    await put('free', { tags: ['b'] })
    await open()
    await condition('metadata.limits.cpu', '>', '3')
    await eventually(configs.names).toEqual(['large'])
    await configs.page.getByLabel('Operator').selectOption('≤')
    await eventually(configs.names).toEqual(['small'])
    await configs.page.getByLabel('Operator').selectOption('does not exist')
    expect(await configs.page.getByLabel('Value').isVisible()).toBe(false)
    await condition('tags', 'is', 'b')
    await eventually(configs.names).toEqual(['free'])
    await configs.page.getByRole('button', { name: 'Remove the condition' }).first().click()
    await eventually(configs.names).toEqual(['free', 'small'])
    await condition('metadata.dotted~1key', 'begins with', 'x & ')
    await eventually(configs.names).toEqual(['small'])
  })

  test('says how the same is asked by HTTP', async () => {
    await put('asked', { zone: 'b c' })
    await open()
    await condition('zone', 'is', 'b c')
    await eventually(configs.names).toEqual(['asked'])
    const address = await configs.page.getByRole('group', { name: 'The same by HTTP' }).innerText()
    expect(address).toBe(`${served.origin}/search?metadata.zone=b%20c`)
    expect(await (await fetch(address)).json()).toEqual([{ name: 'asked', metadata: { zone: 'b c' } }])
  })

  test('suggests the paths that there are', async () => {
    await put('deep', { limits: { 'a.b': [{ c: 1 }] } })
    await open()
    await configs.press('Add a condition')
    const paths = (): Promise<string[]> => configs.page.evaluate<string[]>(pathsExpression)
    await eventually(paths).toEqual(expect.arrayContaining(['metadata.limits', 'metadata.limits.a~1b.c']))
  })

  test('takes what is in names, keys and values for text', async () => {
    const hostile = '<img src=x onerror="document.title=1"><script>document.title=1</script>'
    await put('hostile', { [hostile]: hostile })
    await served.send('PATCH /configs/hostile', JSON.stringify({ metadata: { [hostile]: `${hostile}!` } }))
    await open()
    await configs.press('Add a condition')
    await configs.follow('hostile')
    await eventually(configs.text).toContain('<script>')
    await configs.follow('History')
    await eventually(configs.addedLines).toEqual([expect.stringContaining('<script>')])
    expect(await configs.page.locator('img, main script').count()).toBe(0)
    expect(await configs.page.title()).toBe('hostile · Quartet')
    configs.excused = /status of 404/
    await configs.page.goto(`${served.origin}/#/${encodeURIComponent('<img src=x>')}`)
    await eventually(() => configs.page.title()).toBe('Configs · Quartet')
  })

  test('has ten thousand configs, page by page', async () => {
    const sql = postgres(served.databaseUrl, { max: 1, onnotice: () => {} })
    await sql`
      insert into configs.configs (name, name_key, metadata)
      select 'many-' || to_char(n, 'FM00000'), 'name', json_build_object('n', n) from generate_series(1, 10000) as n`
    await sql.end()
    await open()
    await configs.page.getByLabel('Name begins with').fill('many-')
    await eventually(async () => (await configs.names())[0]).toBe('many-00001')
    expect(await configs.count()).toBe('200 configs so far, and there are more')
    for (let shown = 1200; shown < 10_000; shown += 1000) {
      await configs.press('Show more')
      await eventually(configs.count).toBe(`${shown.toLocaleString('en')} configs so far, and there are more`)
    }
    await configs.press('Show more')
    await eventually(configs.count).toBe('10,000 configs')
    expect(await configs.page.evaluate<string>('document.activeElement.textContent')).toBe('many-09200')
    await configs.page.getByLabel('Name begins with').fill('many-0999')
    await eventually(configs.count).toBe('10 configs')
    await configs.follow('many-09999')
    await eventually(configs.text).toContain('9999')
  }, 120_000)
})

const pathsExpression = `[...document.querySelector('#paths').options].map(({ value }) => value)`
