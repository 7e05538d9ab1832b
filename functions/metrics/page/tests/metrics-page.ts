import type { Browser, BrowserContextOptions, Page } from 'playwright-core'

import { barriersOf } from '../../../_runtime/testing/accessibility.ts'
import { eventually, faultsOf } from '../../../_runtime/testing/browser.ts'

/** What a person at the metrics page sees, whose clock stands still unless a test lets it go on. */
export class MetricsPage {
  readonly page: Page
  /** Times that the function was asked for totals. */
  asked = 0
  /** Faults that a test brings about. */
  excused = /^$/
  readonly #faults: string[]

  private constructor(page: Page) {
    this.page = page
    this.#faults = faultsOf(page)
    page.on('request', (request) => {
      if (request.url().endsWith('/totals')) this.asked += 1
    })
  }

  static async open(browser: Browser, address: string, options: BrowserContextOptions = {}): Promise<MetricsPage> {
    const context = await browser.newContext(options)
    const opened = new MetricsPage(await context.newPage())
    await opened.page.clock.install({ time: '2026-01-01T12:00:00' })
    await opened.page.clock.pauseAt('2026-01-01T12:00:01')
    await opened.page.goto(address)
    return opened
  }

  /** @throws what the page wrote to the console, a breach of its policy among it, and no test has excused */
  async close(): Promise<void> {
    await this.page.context().close()
    const unexcused = this.#faults.filter((fault) => !this.excused.test(fault))
    if (unexcused.length > 0) throw new Error(unexcused.join('\n'))
  }

  /** Lets time go on, from one answer to the next. */
  async answers(times: number): Promise<void> {
    await eventually(this.updated).not.toBe(null)
    for (let time = 0; time < times; time += 1) {
      const before = await this.updated()
      await this.page.clock.runFor(3000)
      await eventually(this.updated).not.toBe(before)
    }
  }

  /** What axe finds, which needs a clock that goes. */
  async barriers(): Promise<string[]> {
    await this.page.clock.resume()
    return barriersOf(this.page)
  }

  async setHidden(isHidden: boolean): Promise<void> {
    await this.page.evaluate(`Object.defineProperty(document, 'hidden', { value: ${isHidden}, configurable: true })`)
    await this.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
  }

  /** What the table says of a function, after its name. */
  rowOf(name: string): () => Promise<string[]> {
    return async () => (await this.page.getByRole('row', { name }).getByRole('cell').allInnerTexts()).map(spaced)
  }

  /** What the legend of a chart says. */
  legendOf(chart: string): () => Promise<string[]> {
    return async () => {
      const entries = await this.page.getByRole('figure', { name: chart }).getByRole('listitem').allInnerTexts()
      return entries.map(spaced)
    }
  }

  readonly updated = (): Promise<string | null> => this.page.locator('#updated').getAttribute('datetime')
  readonly state = (): Promise<string> => this.page.getByRole('status').innerText()
  readonly alert = (): Promise<string> => this.page.locator('[role=alert]:visible').innerText()
  readonly alerts = (): Promise<number> => this.page.locator('[role=alert]:visible').count()
  readonly mode = (): Promise<string> => this.page.locator('#mode').innerText()
}

function spaced(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim()
}
