import { request as httpRequest } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'

import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'

import { chromiumPath, eventually, faultsOf, launchChromium } from '../_runtime/testing/browser.ts'
import { startHost, type TestHost } from '../_runtime/testing/test-host.ts'
import { predict } from './index.ts'

type Point = readonly [x: number, y: number]

/** Strokes by their corners, 0..1 of the paper. */
const one: readonly Point[] = [
  [0.52, 0.15],
  [0.48, 0.85],
]
const seven: readonly Point[] = [
  [0.3, 0.2],
  [0.7, 0.2],
  [0.45, 0.85],
]
const zero = Array.from({ length: 25 }, (_, step): Point => {
  const angle = (step / 24) * 2 * Math.PI
  return [0.5 - 0.2 * Math.sin(angle), 0.5 - 0.32 * Math.cos(angle)]
})

describe.runIf(chromiumPath())('the digit page', () => {
  let browser: Browser
  let host: TestHost
  let origin: string
  let page: Page
  let faults: string[]
  let excused: RegExp

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
    page = await browser.newPage()
    faults = faultsOf(page)
    excused = /^$/
    await page.goto(origin)
  })

  afterEach(async () => {
    await page.close()
    const unexcused = faults.filter((fault) => !excused.test(fault))
    if (unexcused.length > 0) throw new Error(unexcused.join('\n'))
  })

  async function draw(corners: readonly Point[], size = 1): Promise<void> {
    const { x, y, width, height } = await paperBox()
    const [first = [0, 0], ...others] = corners.map(([right, down]): Point => {
      return [x + right * size * width, y + down * size * height]
    })
    await page.mouse.move(...first)
    await page.mouse.down()
    for (const corner of others) await page.mouse.move(...corner, { steps: 6 })
    await page.mouse.up()
  }

  async function paperBox(): Promise<{ x: number; y: number; width: number; height: number }> {
    const box = await page.locator('#paper').boundingBox()
    if (!box) throw new Error('The paper is not on the page.')
    return box
  }

  async function press(...keys: readonly (readonly [key: string, times: number])[]): Promise<void> {
    for (const [key, times] of keys) for (let time = 0; time < times; time += 1) await page.keyboard.press(key)
  }

  const spoken = (): Promise<string | null> => page.getByRole('status').textContent()
  const digit = (): Promise<string | null> => page.locator('#digit').textContent()
  const alert = (): Promise<string> => page.getByRole('alert').innerText()
  const painted = (): Promise<string> => page.evaluate<string>(paintedExpression)

  test.each([
    ['0', zero],
    ['1', one],
    ['7', seven],
  ])('a %s that is drawn is read', async (name, corners) => {
    await draw(corners)
    await eventually(spoken).toMatch(new RegExp(String.raw`^${name}, \d+\.\d\s%$`))
    expect(await digit()).toBe(name)
    expect(await page.getByRole('listitem').count()).toBe(10)
    expect(await page.locator('.best').innerText()).toMatch(new RegExp(String.raw`^${name}\s+\d+\.\d\s%$`))
    expect(await page.locator('#roundTrip').innerText()).toMatch(/^\d+\.\d\sms$/)
    expect(await page.locator('#inFunction').innerText()).toMatch(/^\d+\.\d\sms$/)
  })

  test('is read while the pen is still down', async () => {
    const { x, y, width, height } = await paperBox()
    await page.mouse.move(x + 0.5 * width, y + 0.15 * height)
    await page.mouse.down()
    await page.mouse.move(x + 0.5 * width, y + 0.85 * height, { steps: 6 })
    await eventually(digit).toBe('1')
    expect(await spoken()).toBe('')
    await page.mouse.up()
    await eventually(spoken).toMatch(/^1, /)
  })

  test('a finger draws, and does not scroll the page', async () => {
    const context = await browser.newContext({ viewport: { width: 360, height: 400 }, hasTouch: true, isMobile: true })
    const before = page
    page = await context.newPage()
    await page.goto(origin)
    await page.locator('#paper').scrollIntoViewIfNeeded()
    const { x, y, width, height } = await paperBox()
    const scrolled = await page.evaluate<number>('scrollY')
    const devtools = await context.newCDPSession(page)
    for (const [index, down] of [0.85, 0.6, 0.4, 0.2].entries()) {
      const touchPoints = [{ x: x + 0.5 * width, y: y + down * height }]
      await devtools.send('Input.dispatchTouchEvent', { type: index === 0 ? 'touchStart' : 'touchMove', touchPoints })
    }
    await devtools.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] })
    await eventually(spoken).toMatch(/^1, /)
    expect(await page.evaluate<number>('scrollY')).toBe(scrolled)
    await context.close()
    page = before
  })

  test('the keyboard draws, too', async () => {
    await page.keyboard.press('Tab')
    await press(['ArrowUp', 8], ['Space', 1], ['ArrowDown', 16])
    expect(await spoken()).toBe('Pen down')
    await press(['Space', 1])
    await eventually(spoken).toMatch(/^1, /)
    await page.keyboard.press('Delete')
    await press(['ArrowUp', 16], ['ArrowLeft', 4], ['Space', 1], ['ArrowRight', 8])
    await page.keyboard.down('ArrowLeft')
    await press(['ArrowDown', 6])
    await page.keyboard.up('ArrowLeft')
    await press(['ArrowDown', 9], ['Space', 1])
    await eventually(spoken).toMatch(/^7, /)
  })

  test.each(['the button', 'Escape', 'Delete'])('%s clears', async (means) => {
    const blank = await painted()
    await draw(seven)
    await eventually(digit).toBe('7')
    expect(await painted()).not.toBe(blank)
    if (means === 'the button') await page.getByRole('button', { name: 'Clear' }).click()
    else await page.keyboard.press(means)
    await eventually(painted).toBe(blank)
    expect(await digit()).toBe('')
    expect(await spoken()).toBe('Cleared')
    expect(await page.locator('.best').count()).toBe(0)
    expect(await page.locator('#roundTrip').innerText()).toBe('–')
    await draw(one)
    await eventually(spoken).toMatch(/^1, /)
  })

  test('the picture is made as those of MNIST were: 20 px long, its centre of mass in the middle', async () => {
    const images: number[][] = []
    page.on('request', (sent) => {
      if (sent.method() === 'POST') images.push((sent.postDataJSON() as { image: number[] }).image)
    })
    await draw(seven, 0.5)
    await eventually(spoken).toMatch(/^7, /)
    const image = images.at(-1) ?? []
    const inked = image.flatMap((ink, index) => (ink > 0 ? [{ ink, x: index % 28, y: Math.floor(index / 28) }] : []))
    const ink = inked.reduce((sum, pixel) => sum + pixel.ink, 0)
    const massX = inked.reduce((sum, pixel) => sum + pixel.ink * (pixel.x + 0.5), 0) / ink
    const massY = inked.reduce((sum, pixel) => sum + pixel.ink * (pixel.y + 0.5), 0) / ink
    expect(image).toHaveLength(784)
    expect(massX).toBeCloseTo(14, 1)
    expect(massY).toBeCloseTo(14, 1)
    const rows = new Set(inked.map(({ y }) => y))
    expect(rows.size).toBeGreaterThanOrEqual(20)
    // Between two pixels, the ends of a line 20 px long colour a pixel more.
    expect(rows.size).toBeLessThanOrEqual(21)
  })

  test('one request is on its way at a time, and the last one has the whole drawing', async () => {
    let inFlight = 0
    let mostInFlight = 0
    await page.route('**/predict', async (route) => {
      inFlight += 1
      mostInFlight = Math.max(mostInFlight, inFlight)
      await sleep(100)
      inFlight -= 1
      await route.continue()
    })
    await draw(seven)
    await eventually(spoken).toMatch(/^7, /)
    expect(mostInFlight).toBe(1)
  })

  test('a refusal is shown, and the question asked again when the function says so', async () => {
    excused = /status of 429/
    const busy = await startHost(predict, { limits: { inFlight: 1 } })
    const address = `http://127.0.0.1:${busy.port}`
    await page.goto(address)
    const headers = { 'content-type': 'application/json', 'content-length': '2' }
    const endless = httpRequest(`${address}/predict`, { method: 'POST', headers })
    endless.on('error', () => {})
    endless.flushHeaders()
    await eventually(async () => (await fetch(address)).status).toBe(429)
    await draw(seven)
    await eventually(alert).toMatch(/^Too Many Requests: .* Asking again in 1 s\.$/)
    expect(await digit()).toBe('')
    endless.destroy()
    await eventually(spoken).toMatch(/^7, /)
    expect(await page.getByRole('alert').count()).toBe(0)
    await page.goto('about:blank')
    await busy.stop()
  })

  test('says so when nobody answers', async () => {
    excused = /ERR_FAILED/
    await page.route('**/predict', (route) => route.abort())
    await draw(one)
    await eventually(alert).toBe('No answer: The function cannot be reached.')
    expect(await digit()).toBe('')
    await page.keyboard.press('Escape')
    await eventually(() => page.getByRole('alert').count()).toBe(0)
  })
})

const paintedExpression = `new Promise((resolve) => {
  const paper = document.querySelector('#paper')
  requestAnimationFrame(() => requestAnimationFrame(() => resolve(paper.toDataURL())))
})`
