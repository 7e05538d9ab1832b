import { request as httpRequest } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'

import type { Browser } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'

import { chromiumPath, eventually, launchChromium } from '../../../_runtime/testing/browser.ts'
import { startHost, type TestHost } from '../../../_runtime/testing/test-host.ts'
import { predict } from '../../index.ts'
import { DigitPage, one, seven } from './digit-page.ts'

describe.runIf(chromiumPath())('a digit page without an answer', () => {
  let browser: Browser
  let host: TestHost
  let digits: DigitPage

  beforeAll(async () => {
    browser = await launchChromium()
    host = await startHost(predict, { limits: { inFlight: 1 } })
  })

  afterAll(async () => {
    await browser.close()
    await host.stop()
  })

  beforeEach(async () => {
    digits = await DigitPage.open(browser, `http://127.0.0.1:${host.port}`)
  })

  afterEach(() => digits.close())

  /** One question, where a drawing asks many. */
  const askOnce = (): Promise<void> => digits.page.getByRole('radio', { name: '7', exact: true }).click()
  const tryAgain = (): Promise<void> => digits.page.getByRole('button', { name: 'Try again' }).click()

  test('shows that the function is busy, and asks again when the function says so', async () => {
    digits.excused = /status of 429/
    const address = `http://127.0.0.1:${host.port}`
    const headers = { 'content-type': 'application/json', 'content-length': '2' }
    const endless = httpRequest(`${address}/predict`, { method: 'POST', headers })
    endless.on('error', () => {})
    endless.flushHeaders()
    await eventually(async () => (await fetch(address)).status).toBe(429)
    await digits.draw(seven)
    await eventually(digits.alert).toMatch(/^Too Many Requests: .* Asking again in 1 s\.$/)
    expect(await digits.digit()).toBe('')
    expect(await digits.page.getByRole('button', { name: 'Try again' }).count()).toBe(0)
    endless.destroy()
    await eventually(digits.spoken).toMatch(/^7, /)
    expect(await digits.alerts()).toBe(0)
  })

  test('says so when nobody answers, and asks again when it is told to', async () => {
    digits.excused = /ERR_INTERNET_DISCONNECTED/
    await digits.context.setOffline(true)
    await askOnce()
    await eventually(digits.alert).toBe('No answer: The function cannot be reached.')
    expect(await digits.digit()).toBe('')
    await digits.context.setOffline(false)
    await tryAgain()
    await eventually(digits.spoken).toMatch(/^7, /)
    expect(await digits.alerts()).toBe(0)
  })

  test('goes back to the beginning with Escape', async () => {
    digits.excused = /ERR_FAILED/
    await digits.page.route('**/predict', (route) => route.abort())
    await digits.draw(one)
    await eventually(digits.alerts).toBe(1)
    await digits.page.keyboard.press('Escape')
    await eventually(digits.alerts).toBe(0)
    expect(await digits.digit()).toBe('')
  })

  test.each([
    [
      'Gateway Timeout: The answer took more than 60 s.',
      'application/problem+json',
      '{"title":"Gateway Timeout","detail":"The answer took more than 60 s."}',
    ],
    ['No answer: What leads to the function answered 504 Gateway Timeout.', 'text/plain', 'upstream request timeout'],
  ])('says what a 504 says: %s', async (said, contentType, body) => {
    digits.excused = /status of 504/
    await digits.page.route('**/predict', (route) => route.fulfill({ status: 504, contentType, body }))
    await askOnce()
    await eventually(digits.alert).toBe(said)
    expect(await digits.digit()).toBe('')
    await digits.page.unroute('**/predict')
    await tryAgain()
    await eventually(digits.spoken).toMatch(/^7, /)
  })

  test('shows that it waits, as for a pod that starts', async () => {
    await digits.page.route('**/predict', async (route) => {
      await sleep(1500)
      await route.continue()
    })
    await askOnce()
    await eventually(digits.note).toBe('Waiting for an answer')
    expect(await digits.spoken()).toBe('Waiting for an answer')
    await eventually(digits.spoken).toMatch(/^7, /)
    expect(await digits.note()).toBe('')
  })
})
