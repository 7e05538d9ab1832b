import type { Browser, BrowserContextOptions, Locator } from 'playwright-core'

import { migratedDatabase } from '../../../_runtime/testing/database.ts'
import { OpenedPage } from '../../../_runtime/testing/opened-page.ts'
import { startHost } from '../../../_runtime/testing/test-host.ts'
import { configs } from '../../index.ts'
import { migrations } from '../../testing/open-configs.ts'

/** The function on a socket, with a database of its own. */
export interface ServedConfigs {
  readonly origin: string
  readonly databaseUrl: string
  /** Asks as another client would. */
  send(target: `${string} /${string}`, body?: string): Promise<Response>
  stop(): Promise<void>
}

/** @param settings of the function, without its database */
export async function serveConfigs(settings: Readonly<Record<string, unknown>> = {}): Promise<ServedConfigs> {
  const database = await migratedDatabase('configs', migrations)
  const host = await startHost(configs, { ...settings, database: { url: database.url } })
  const origin = `http://127.0.0.1:${host.port}`
  const send = (target: string, body?: string): Promise<Response> => {
    const [method = '', path = ''] = target.split(' ', 2)
    const type = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json'
    const sent = body === undefined ? {} : { body, headers: { 'content-type': type } }
    return fetch(`${origin}${path}`, { method, ...sent })
  }
  // Every new database has examples; who asks for tokens keeps them.
  for (const name of ['datacenter-1', 'datacenter-2']) await send(`DELETE /configs/${name}`)
  return {
    origin,
    databaseUrl: database.url,
    send,
    async stop() {
      await host.stop()
      await database.drop()
    },
  }
}

/** What a person at the page does and sees. */
export class ConfigsPage extends OpenedPage {
  /** @param address with a hash to begin elsewhere than at the list */
  static async open(browser: Browser, address: string, options: BrowserContextOptions = {}): Promise<ConfigsPage> {
    const context = await browser.newContext(options)
    const opened = new ConfigsPage(context, await context.newPage())
    await opened.page.goto(address)
    return opened
  }

  press(name: string): Promise<void> {
    return this.page.getByRole('button', { name, exact: true }).click()
  }

  follow(name: string): Promise<void> {
    return this.page.getByRole('link', { name, exact: true }).click()
  }

  /** Hears of nothing from here on that others change, as behind a proxy that keeps what is streamed to itself. */
  async hearNothing(): Promise<void> {
    await this.page.route('**/configs/events', () => {})
    await this.page.reload()
  }

  /** Writes another text into the editor. */
  async edit(change: (text: string) => string): Promise<void> {
    await this.editor.fill(change(await this.text()))
  }

  get editor(): Locator {
    return this.page.getByRole('textbox', { name: 'JSON' })
  }

  readonly text = (): Promise<string> => this.page.locator('#text').inputValue()
  readonly names = (): Promise<string[]> => this.page.locator('#names a').allInnerTexts()
  readonly count = (): Promise<string> => this.page.locator('#count').innerText()
  readonly heading = (): Promise<string> => this.page.getByRole('heading', { level: 2 }).innerText()
  readonly version = (): Promise<string> => this.page.locator('#version').innerText()
  readonly notice = (): Promise<string> => this.page.locator('#noticeText').innerText()
  readonly alert = (): Promise<string> => this.page.locator('[role=alert]:visible').innerText()
  readonly alerts = (): Promise<number> => this.page.locator('[role=alert]:visible').count()
  readonly flaws = (): Promise<string[]> => this.page.locator('#flaws button').allInnerTexts()
  readonly removedLines = (): Promise<string[]> => this.page.locator('del').allInnerTexts()
  readonly addedLines = (): Promise<string[]> => this.page.locator('ins').allInnerTexts()
  /** The line of the editor's caret, from 1. */
  readonly caretLine = (): Promise<number> => this.page.evaluate<number>(caretLineExpression)
}

const caretLineExpression = `{
  const { value, selectionStart } = document.querySelector('#text')
  value.slice(0, selectionStart).split('\\n').length
}`
