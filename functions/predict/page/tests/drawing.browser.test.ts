import { setTimeout as sleep } from 'node:timers/promises'

import type { Browser } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'

import { chromiumPath, eventually, launchChromium } from '../../../_runtime/testing/browser.ts'
import { startHost, type TestHost } from '../../../_runtime/testing/test-host.ts'
import { predict } from '../../index.ts'
import { DigitPage, one, seven, zero } from './digit-page.ts'

describe.runIf(chromiumPath())('drawing a digit', () => {
  let browser: Browser
  let host: TestHost
  let origin: string
  let digits: DigitPage

  beforeAll(async () => {
    browser = await launchChromium()
    host = await startHost(predict)
    origin = `http://127.0.0.1:${host.port}`
  })

  afterAll(async () => {
    await browser.close()
    await host.stop()
  })

  beforeEach(async () => {
    digits = await DigitPage.open(browser, origin)
  })

  afterEach(() => digits.close())

  test.each([
    ['0', zero],
    ['1', one],
    ['7', seven],
  ])('a %s that is drawn is read', async (name, corners) => {
    await digits.draw(corners)
    await eventually(digits.spoken).toMatch(new RegExp(String.raw`^${name}, \d+\.\d\s%$`))
    expect(await digits.digit()).toBe(name)
    expect(await digits.page.getByRole('listitem').count()).toBe(10)
    expect(await digits.page.locator('.best').innerText()).toMatch(new RegExp(String.raw`^${name}\s+\d+\.\d\s%$`))
    for (const time of ['Round trip', 'In the function', 'Inference']) {
      expect(await digits.fact(time)()).toMatch(/^\d+\.\d\sms$/)
    }
    expect(await digits.fact('Model')()).toMatch(/^\d+$/)
  })

  test('it is read while the pen is still down', async () => {
    const { x, y, width, height } = await digits.paperBox()
    await digits.page.mouse.move(x + 0.5 * width, y + 0.15 * height)
    await digits.page.mouse.down()
    await digits.page.mouse.move(x + 0.5 * width, y + 0.85 * height, { steps: 6 })
    await eventually(digits.digit).toBe('1')
    expect(await digits.spoken()).toBe('')
    await digits.page.mouse.up()
    await eventually(digits.spoken).toMatch(/^1, /)
  })

  test('a finger draws, and does not scroll the page', async () => {
    const phone = await DigitPage.open(browser, origin, {
      viewport: { width: 360, height: 400 },
      hasTouch: true,
      isMobile: true,
    })
    await phone.page.locator('#paper').scrollIntoViewIfNeeded()
    const { x, y, width, height } = await phone.paperBox()
    const scrolled = await phone.page.evaluate<number>('scrollY')
    const devtools = await phone.context.newCDPSession(phone.page)
    for (const [index, down] of [0.85, 0.6, 0.4, 0.2].entries()) {
      const touchPoints = [{ x: x + 0.5 * width, y: y + down * height }]
      await devtools.send('Input.dispatchTouchEvent', { type: index === 0 ? 'touchStart' : 'touchMove', touchPoints })
    }
    await devtools.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] })
    await eventually(phone.spoken).toMatch(/^1, /)
    expect(await phone.page.evaluate<number>('scrollY')).toBe(scrolled)
    await phone.close()
  })

  test('the keyboard draws, too', async () => {
    await digits.page.keyboard.press('Tab')
    await digits.press(['ArrowUp', 8], ['Space', 1], ['ArrowDown', 16])
    expect(await digits.spoken()).toBe('Pen down')
    await digits.press(['Space', 1])
    await eventually(digits.spoken).toMatch(/^1, /)
    await digits.page.keyboard.press('Delete')
    await digits.press(['ArrowUp', 16], ['ArrowLeft', 4], ['Space', 1], ['ArrowRight', 8])
    await digits.page.keyboard.down('ArrowLeft')
    await digits.press(['ArrowDown', 6])
    await digits.page.keyboard.up('ArrowLeft')
    await digits.press(['ArrowDown', 9], ['Space', 1])
    await eventually(digits.spoken).toMatch(/^7, /)
  })

  test.each(['the button', 'Escape', 'Delete'])('%s clears', async (means) => {
    const blank = await digits.painted()
    await digits.draw(seven)
    await eventually(digits.digit).toBe('7')
    expect(await digits.painted()).not.toBe(blank)
    expect(Math.max(...(await digits.seen()))).toBe(255)
    if (means === 'the button') await digits.page.getByRole('button', { name: 'Clear' }).click()
    else await digits.page.keyboard.press(means)
    await eventually(digits.painted).toBe(blank)
    expect(Math.max(...(await digits.seen()))).toBe(0)
    expect(await digits.digit()).toBe('')
    expect(await digits.spoken()).toBe('Cleared')
    expect(await digits.page.locator('.best').count()).toBe(0)
    expect(await digits.fact('Round trip')()).toBe('–')
    await digits.draw(one)
    await eventually(digits.spoken).toMatch(/^1, /)
  })

  test('the picture is made as those of MNIST were, and is what the page shows', async () => {
    const images: number[][] = []
    digits.page.on('request', (sent) => {
      if (sent.method() === 'POST') images.push((sent.postDataJSON() as { image: number[] }).image)
    })
    await digits.draw(seven, 0.5)
    await eventually(digits.spoken).toMatch(/^7, /)
    const image = images.at(-1) ?? []
    const inked = image.flatMap((ink, index) => (ink > 0 ? [{ ink, x: index % 28, y: Math.floor(index / 28) }] : []))
    const ink = inked.reduce((sum, pixel) => sum + pixel.ink, 0)
    const massX = inked.reduce((sum, pixel) => sum + pixel.ink * (pixel.x + 0.5), 0) / ink
    const massY = inked.reduce((sum, pixel) => sum + pixel.ink * (pixel.y + 0.5), 0) / ink
    expect(image).toHaveLength(784)
    expect(massX).toBeCloseTo(14, 1)
    expect(massY).toBeCloseTo(14, 1)
    expect([20, 21]).toContain(new Set(inked.map(({ y }) => y)).size)
    expect(await digits.seen()).toEqual(image.map((each) => Math.round(each * 255)))
  })

  test('one request is on its way at a time, and the last one has the whole drawing', async () => {
    let inFlight = 0
    let mostInFlight = 0
    await digits.page.route('**/predict', async (route) => {
      inFlight += 1
      mostInFlight = Math.max(mostInFlight, inFlight)
      await sleep(100)
      inFlight -= 1
      await route.continue()
    })
    await digits.draw(seven)
    await eventually(digits.spoken).toMatch(/^7, /)
    expect(mostInFlight).toBe(1)
  })

  test('the same is asked with curl', async () => {
    const command = digits.page.getByText('The same with curl')
    expect(await command.isVisible()).toBe(false)
    await digits.context.grantPermissions(['clipboard-read', 'clipboard-write'])
    await digits.draw(seven)
    await command.click()
    await digits.page.getByRole('button', { name: 'Copy' }).click()
    await eventually(digits.spoken).toBe('Copied')
    const copied = await digits.page.evaluate<string>('navigator.clipboard.readText()')
    expect(copied).toMatch(new RegExp(String.raw`^curl '${origin}/predict' \\\n  -H 'content-type: application/json'`))
    const [, body = ''] = /-d '(.*)'$/.exec(copied) ?? []
    const headers = { 'content-type': 'application/json' }
    const response = await fetch(`${origin}/predict`, { method: 'POST', headers, body })
    expect(await response.json()).toMatchObject({ digit: 7 })
  })
})
