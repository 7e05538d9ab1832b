import { fileURLToPath } from 'node:url'

import type { Browser } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'

import { chromiumPath, eventually, launchChromium } from '../../../_runtime/testing/browser.ts'
import { ServerProcess } from '../../../_runtime/testing/server-process.ts'
import { version } from '../../../_runtime/process/version.ts'
import { DigitPage, one } from './digit-page.ts'

const program = fileURLToPath(new URL('../../testing/predict-process.ts', import.meta.url))

describe.runIf(chromiumPath())('what the page says of the pod', () => {
  let browser: Browser
  let server: ServerProcess

  beforeAll(async () => {
    browser = await launchChromium()
  })

  afterAll(() => browser.close())
  afterEach(() => server.kill())

  async function start(env: Readonly<Record<string, string>> = {}): Promise<string> {
    server = new ServerProcess([program], { HOST: '127.0.0.1', PORT: '0', ...env })
    return `http://127.0.0.1:${await server.port()}`
  }

  // A start is cold for its first five seconds, which a busy machine can let pass.
  test('its own request can be the one that started the pod', { retry: 3 }, async () => {
    const digits = await DigitPage.open(browser, await start())
    expect(await digits.fact('Pod')()).toBe('Cold')
    expect(await digits.fact('Cold start')()).toMatch(/^\d+\sms$/)
    const coldStart = await digits.fact('Cold start')()
    await digits.draw(one)
    await eventually(digits.spoken).toMatch(/^1, /)
    expect(await digits.fact('Pod')()).toBe('Warm')
    expect(await digits.fact('Cold start')()).toBe(coldStart)
    await digits.page.reload()
    expect(await digits.fact('Pod')()).toBe('Warm')
    expect(await digits.fact('Cold start')()).toBe('–')
    await digits.close()
  })

  test('a drawing can be what starts the next, which may be of another revision', { retry: 3 }, async () => {
    const address = await start({ K_REVISION: 'predict-00001' })
    const digits = await DigitPage.open(browser, address)
    await eventually(digits.fact('Revision')).toBe('predict-00001')
    await server.kill()
    await start({ K_REVISION: 'predict-00002', PORT: new URL(address).port })
    await digits.draw(one)
    await eventually(digits.spoken).toMatch(/^1, /)
    await eventually(digits.fact('Revision')).toBe('predict-00002')
    await digits.close()
  })

  test('where there is no Knative, it is local', async () => {
    const digits = await DigitPage.open(browser, await start())
    await eventually(digits.fact('Version')).toBe(version)
    expect(await digits.fact('Revision')()).toBe('local')
    await digits.close()
  })

  test('where a browser does not tell how the page was answered, the first answer does', async () => {
    const address = await start()
    const insecure = await launchChromium(['--host-resolver-rules=MAP predict.example.com 127.0.0.1'])
    const digits = await DigitPage.open(insecure, address.replace('127.0.0.1', 'predict.example.com'))
    expect(await digits.fact('Pod')()).toBe('–')
    await digits.draw(one)
    await eventually(digits.spoken).toMatch(/^1, /)
    expect(await digits.fact('Pod')()).toBe('Warm')
    await digits.page.getByText('The same with curl').click()
    await digits.page.getByRole('button', { name: 'Copy' }).click()
    await eventually(digits.spoken).toBe('Selected, to be copied by hand')
    expect(await digits.page.evaluate<string>('getSelection().toString()')).toMatch(/^curl 'http:\/\/predict\.example/)
    await digits.close()
    await insecure.close()
  })
})
