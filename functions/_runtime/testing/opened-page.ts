import type { BrowserContext, Page } from 'playwright-core'

import { faultsOf } from './browser.ts'

/** A page that a person has opened, in a context of its own; what it does and shows is for who extends this. */
export class OpenedPage {
  readonly page: Page
  readonly context: BrowserContext
  /** Faults that a test brings about: a browser writes a line for each answer that is no success. */
  excused = /^$/
  readonly #faults: string[]

  constructor(context: BrowserContext, page: Page) {
    this.context = context
    this.page = page
    this.#faults = faultsOf(page)
  }

  /** @throws what the page wrote to the console, a breach of its policy among it, and no test has excused */
  async close(): Promise<void> {
    await this.context.close()
    const unexcused = this.#faults.filter((fault) => !this.excused.test(fault))
    if (unexcused.length > 0) throw new Error(unexcused.join('\n'))
  }
}
