import type { Browser, BrowserContextOptions } from 'playwright-core'

import { OpenedPage } from '../../../_runtime/testing/opened-page.ts'

type Corner = readonly [x: number, y: number]

/** Strokes by their corners, 0..1 of the paper. */
export const one: readonly Corner[] = [
  [0.52, 0.15],
  [0.48, 0.85],
]
export const seven: readonly Corner[] = [
  [0.3, 0.2],
  [0.7, 0.2],
  [0.45, 0.85],
]
export const zero = Array.from({ length: 25 }, (_, step): Corner => {
  const angle = (step / 24) * 2 * Math.PI
  return [0.5 - 0.2 * Math.sin(angle), 0.5 - 0.32 * Math.cos(angle)]
})

/** What a person at the digit page does and sees. */
export class DigitPage extends OpenedPage {
  static async open(browser: Browser, address: string, options: BrowserContextOptions = {}): Promise<DigitPage> {
    const context = await browser.newContext(options)
    const digits = new DigitPage(context, await context.newPage())
    await digits.page.goto(address)
    await digits.page.getByRole('radio').first().waitFor()
    return digits
  }

  async draw(corners: readonly Corner[], size = 1): Promise<void> {
    const { x, y, width, height } = await this.paperBox()
    const [first = [0, 0], ...others] = corners.map(([right, down]): Corner => {
      return [x + right * size * width, y + down * size * height]
    })
    await this.page.mouse.move(...first)
    await this.page.mouse.down()
    for (const corner of others) await this.page.mouse.move(...corner, { steps: 6 })
    await this.page.mouse.up()
  }

  async paperBox(): Promise<{ x: number; y: number; width: number; height: number }> {
    const box = await this.page.locator('#paper').boundingBox()
    if (!box) throw new Error('The paper is not on the page.')
    return box
  }

  async press(...keys: readonly (readonly [key: string, times: number])[]): Promise<void> {
    for (const [key, times] of keys) for (let time = 0; time < times; time += 1) await this.page.keyboard.press(key)
  }

  readonly spoken = (): Promise<string | null> => this.page.getByRole('status').textContent()
  readonly digit = (): Promise<string | null> => this.page.locator('#digit').textContent()
  readonly note = (): Promise<string | null> => this.page.locator('#note').textContent()
  readonly alert = (): Promise<string> => this.page.getByRole('alert').innerText()
  readonly alerts = (): Promise<number> => this.page.getByRole('alert').count()
  readonly painted = (): Promise<string> => this.page.evaluate<string>(paintedExpression)

  /** A row of the list of facts. */
  fact(name: string): () => Promise<string> {
    return () => this.page.locator(`dt:text-is("${name}") + dd`).innerText()
  }

  /** @returns how much ink each pixel has that the model sees, 0..255 */
  readonly seen = (): Promise<number[]> => this.page.evaluate<number[]>(seenExpression)
}

const paintedExpression = `new Promise((resolve) => {
  const paper = document.querySelector('#paper')
  requestAnimationFrame(() => requestAnimationFrame(() => resolve(paper.toDataURL())))
})`

const seenExpression = `{
  const context = new OffscreenCanvas(28, 28).getContext('2d', { willReadFrequently: true })
  context.drawImage(document.querySelector('#seen'), 0, 0)
  const { data } = context.getImageData(0, 0, 28, 28)
  data.filter((_, index) => index % 4 === 3).reduce((greys, grey) => [...greys, grey], [])
}`
