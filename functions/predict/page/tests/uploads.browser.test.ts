import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import type { Browser } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'

import { chromiumPath, eventually, launchChromium } from '../../../_runtime/testing/browser.ts'
import { startHost, type TestHost } from '../../../_runtime/testing/test-host.ts'
import { predict } from '../../index.ts'
import { DigitPage, one } from './digit-page.ts'

describe.runIf(chromiumPath())('a picture instead of a drawing', () => {
  const folder = mkdtempSync(join(tmpdir(), 'quartet-pictures-'))
  const png = join(folder, "it's a seven.png")
  const jpeg = join(folder, 'seven.jpg')
  const photo = join(folder, 'photo.jpg')
  const webp = join(folder, 'seven.webp')
  let browser: Browser
  let host: TestHost
  let digits: DigitPage

  beforeAll(async () => {
    browser = await launchChromium()
    host = await startHost(predict)
    const page = await browser.newPage()
    const made: readonly (readonly [path: string, type: string, scale: number])[] = [
      [png, 'image/png', 1],
      [jpeg, 'image/jpeg', 1],
      [photo, 'image/jpeg', 10],
      [webp, 'image/webp', 1],
    ]
    for (const [path, type, scale] of made) {
      const url = await page.evaluate<string>(`(${sevenOnPaper})(${JSON.stringify(type)}, ${scale})`)
      writeFileSync(path, Buffer.from(url.split(',')[1] ?? '', 'base64'))
    }
    await page.close()
  })

  afterAll(async () => {
    rmSync(folder, { recursive: true })
    await browser.close()
    await host.stop()
  })

  beforeEach(async () => {
    digits = await DigitPage.open(browser, `http://127.0.0.1:${host.port}`)
  })

  afterEach(() => digits.close())

  async function choose(path: string): Promise<void> {
    const chooser = digits.page.waitForEvent('filechooser')
    await digits.page.getByRole('button', { name: 'Upload a picture' }).click()
    await (await chooser).setFiles(path)
  }

  async function drag(type: 'dragEnter' | 'dragOver' | 'drop', path: string, y = 40): Promise<void> {
    const devtools = await digits.context.newCDPSession(digits.page)
    const data = { items: [], files: [path], dragOperationsMask: 1 }
    await devtools.send('Input.dispatchDragEvent', { type, x: 40, y, data })
  }

  const shown = (): Promise<number> => digits.page.getByRole('img', { name: 'seven' }).count()

  test.each([
    ['PNG', png],
    ['JPEG', jpeg],
    ['photo of 12 megapixels', photo],
  ])('a %s that is chosen is read, and the page shows it and what the model sees of it', async (_, path) => {
    const posted = digits.page.waitForRequest((request) => request.method() === 'POST')
    await choose(path)
    await eventually(digits.spoken).toMatch(/^7, \d+\.\d\s%$/)
    expect((await posted).headers()['content-type']).toBe(path === png ? 'image/png' : 'image/jpeg')
    await eventually(shownWidth).toBeGreaterThan(0)
    const seen = await digits.seen()
    const inked = seen.flatMap((ink, index) => (ink > 100 ? [index] : []))
    const rows = inked.map((index) => Math.floor(index / 28))
    // Light ink on dark, though the picture was dark on light, and 20 px high.
    expect(Math.max(...seen)).toBeGreaterThan(200)
    expect(inked.length).toBeLessThan(200)
    expect(Math.max(...rows) - Math.min(...rows) + 1).toBeGreaterThanOrEqual(18)
    expect(Math.max(...rows) - Math.min(...rows) + 1).toBeLessThanOrEqual(21)
  })

  const shownWidth = (): Promise<number> =>
    digits.page.evaluate<number>("document.querySelector('#photo').naturalWidth")

  test('a picture can be dropped anywhere', async () => {
    await drag('dragEnter', png)
    await drag('dragOver', png)
    await eventually(() => digits.page.locator('.dropping').count()).toBe(1)
    await drag('drop', png)
    await eventually(digits.spoken).toMatch(/^7, /)
    expect(await digits.page.locator('.dropping').count()).toBe(0)
  })

  test('a picture that is dragged away again is none', async () => {
    await drag('dragEnter', png)
    await drag('dragOver', png)
    await eventually(() => digits.page.locator('.dropping').count()).toBe(1)
    await drag('dragOver', png, -40)
    await eventually(() => digits.page.locator('.dropping').count()).toBe(0)
    expect(await digits.digit()).toBe('')
  })

  test('a picture can be pasted', async () => {
    await digits.context.grantPermissions(['clipboard-read', 'clipboard-write'])
    await digits.page.evaluate(`(${copyPicture})((${sevenOnPaper})('image/png', 1))`)
    await digits.page.keyboard.press('ControlOrMeta+V')
    await eventually(digits.spoken).toMatch(/^7, /)
  })

  test.each([
    ['chosen', choose],
    [
      'dropped',
      (path: string) =>
        drag('dragEnter', path)
          .then(() => drag('dragOver', path))
          .then(() => drag('drop', path)),
    ],
  ])('another type that is %s is not sent, and does not replace what is there', async (_, give) => {
    await digits.draw(one)
    await eventually(digits.spoken).toMatch(/^1, /)
    let sent = 0
    digits.page.on('request', () => (sent += 1))
    await give(webp)
    await eventually(digits.alert).toBe('Neither PNG nor JPEG: seven.webp cannot be read.')
    expect(sent).toBe(0)
    expect(await digits.digit()).toBe('1')
    await digits.draw(one)
    await eventually(digits.alerts).toBe(0)
  })

  test('what the function says of a broken picture is shown', async () => {
    digits.excused = /status of 4/
    const broken = join(folder, 'broken.png')
    writeFileSync(broken, 'no picture')
    await choose(broken)
    await eventually(digits.alerts).toBe(1)
    expect(await digits.alert()).toMatch(/^[A-Z][\w ]+: ./)
    expect(await digits.page.getByRole('button', { name: 'Try again' }).count()).toBe(0)
    expect(await digits.digit()).toBe('')
    await choose(png)
    await eventually(digits.spoken).toMatch(/^7, /)
    expect(await digits.alerts()).toBe(0)
  })

  test('a picture that is too large is sent as it is, and what the function says of it is shown', async () => {
    digits.excused = /status of 413/
    const large = join(folder, 'large.jpg')
    writeFileSync(large, Buffer.alloc(9_000_000))
    await choose(large)
    await eventually(digits.alert).toMatch(/^Content Too Large: ./)
    await digits.draw(one)
    await eventually(digits.spoken).toMatch(/^1, /)
    expect(await digits.alerts()).toBe(0)
  })

  test('a stroke takes the place of a picture, and a picture that of a drawing', async () => {
    await choose(jpeg)
    await eventually(digits.spoken).toMatch(/^7, /)
    expect(await shown()).toBe(1)
    await digits.draw(one)
    await eventually(digits.spoken).toMatch(/^1, /)
    expect(await shown()).toBe(0)
    const drawn = await digits.painted()
    await choose(jpeg)
    await eventually(digits.spoken).toMatch(/^7, /)
    expect(await shown()).toBe(1)
    expect(await digits.painted()).not.toBe(drawn)
    await digits.page.keyboard.press('Escape')
    expect(await shown()).toBe(0)
  })

  test('the command for curl has the name of the file', async () => {
    await choose(png)
    await eventually(digits.spoken).toMatch(/^7, /)
    await digits.page.getByText('The same with curl').click()
    const command = (): Promise<string | null> => digits.page.locator('#curl').textContent()
    await eventually(command).toContain(String.raw`-H 'content-type: image/png' \
  --data-binary '@it'\''s a seven.png'`)
  })
})

/** A seven in dark ink, aside on a sheet of light paper, as a camera has it. */
const sevenOnPaper = `function sevenOnPaper(type, scale) {
  const canvas = document.createElement('canvas')
  canvas.width = 300 * scale
  canvas.height = 400 * scale
  const context = canvas.getContext('2d')
  context.scale(scale, scale)
  const light = context.createLinearGradient(0, 0, 300, 400)
  light.addColorStop(0, '#fbf8f0')
  light.addColorStop(1, '#e8e4da')
  context.fillStyle = light
  context.fillRect(0, 0, 300, 400)
  context.lineWidth = 14
  context.lineCap = context.lineJoin = 'round'
  context.strokeStyle = '#1b2a6b'
  context.beginPath()
  context.moveTo(60, 90)
  context.lineTo(160, 88)
  context.lineTo(105, 240)
  context.stroke()
  return canvas.toDataURL(type, 0.9)
}`

const copyPicture = `async function copyPicture(url) {
  const bytes = Uint8Array.from(atob(url.split(',')[1]), (letter) => letter.charCodeAt(0))
  await navigator.clipboard.write([new ClipboardItem({ 'image/png': new Blob([bytes], { type: 'image/png' }) })])
}`
