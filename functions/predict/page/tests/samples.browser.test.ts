import type { Browser } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'

import { chromiumPath, eventually, launchChromium } from '../../../_runtime/testing/browser.ts'
import { startHost, type TestHost } from '../../../_runtime/testing/test-host.ts'
import { predict } from '../../index.ts'
import { unpackTestDigits } from '../test-digits.ts'
import { DigitPage, one } from './digit-page.ts'

describe.runIf(chromiumPath())('the digits of the test set', () => {
  let browser: Browser
  let host: TestHost
  let digits: DigitPage

  beforeAll(async () => {
    browser = await launchChromium()
    host = await startHost(predict)
  })

  afterAll(async () => {
    await browser.close()
    await host.stop()
  })

  beforeEach(async () => {
    digits = await DigitPage.open(browser, `http://127.0.0.1:${host.port}`)
  })

  afterEach(() => digits.close())

  test('each can be clicked, and is shown and read; where the test set says otherwise, the page says so', async () => {
    const samples = await unpackTestDigits()
    const choices = digits.page.getByRole('radio')
    expect(await choices.count()).toBe(samples.length)
    const read: (string | null)[] = []
    for (const [index, { label, picture }] of samples.entries()) {
      await choices.nth(index).click()
      await eventually(digits.seen).toEqual([...picture])
      expect(await choices.nth(index).isChecked()).toBe(true)
      const digit = await digits.digit()
      const missed = digit === String(label) ? '' : `The test set says ${label}`
      expect(await digits.note()).toBe(missed)
      expect(await digits.spoken()).toMatch(
        new RegExp(String.raw`^${digit}, \d+\.\d\s%${missed && `\\. ${missed}\\.`}$`),
      )
      read.push(digit)
    }
    // Those that are plain are read as they are.
    expect(read.slice(0, 10)).toEqual(Array.from({ length: 10 }, (_, digit) => String(digit)))
  })

  test('each has the digit that it is as its name', async () => {
    for (let digit = 0; digit < 10; digit += 1) {
      expect(await digits.page.getByRole('radio', { name: String(digit), exact: true }).count()).toBe(1)
      expect(await digits.page.getByRole('radio', { name: `${digit}, hard to read` }).count()).toBe(1)
    }
  })

  test('the keyboard chooses, too', async () => {
    await digits.page.getByRole('button', { name: 'Upload a picture' }).focus()
    await digits.page.keyboard.press('Tab')
    await digits.page.keyboard.press('Space')
    await eventually(digits.spoken).toMatch(/^0, /)
    await digits.press(['ArrowRight', 4])
    await eventually(digits.spoken).toMatch(/^4, /)
  })

  test('a stroke takes the place of one, and one that of a drawing', async () => {
    const two = digits.page.getByRole('radio', { name: '2', exact: true })
    await two.click()
    await eventually(digits.spoken).toMatch(/^2, /)
    const painted = await digits.painted()
    await digits.draw(one)
    await eventually(digits.spoken).toMatch(/^1, /)
    expect(await two.isChecked()).toBe(false)
    await two.click()
    await eventually(digits.spoken).toMatch(/^2, /)
    expect(await digits.painted()).toBe(painted)
    await digits.page.getByRole('button', { name: 'Clear' }).click()
    expect(await two.isChecked()).toBe(false)
    expect(await digits.digit()).toBe('')
  })
})
