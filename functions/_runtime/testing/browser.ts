import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'

import { chromium, type Browser, type Page } from 'playwright-core'
import { expect } from 'vitest'

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'microsoft-edge']

const launchArguments = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** The Chromium of this machine: the one that CHROMIUM_PATH names, else the first that is installed. */
export function chromiumPath(): string | undefined {
  const named = process.env['CHROMIUM_PATH']
  if (named) return named
  const folders = ['/usr/bin', ...(process.env['PATH'] ?? '').split(delimiter)]
  return folders.flatMap((folder) => names.map((name) => join(folder, name))).find((path) => existsSync(path))
}

/** @throws when there is no Chromium, or it does not start */
export async function launchChromium(more: readonly string[] = []): Promise<Browser> {
  const executablePath = chromiumPath()
  if (executablePath === undefined) throw new Error('There is no Chromium here; CHROMIUM_PATH can name one.')
  return chromium.launch({ executablePath, args: [...launchArguments, ...more] })
}

/** Collects what a page should not do: throw, or write a warning or an error; a breach of its CSP is one. */
export function faultsOf(page: Page): string[] {
  const faults: string[] = []
  page.on('pageerror', ({ message }) => faults.push(message))
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') faults.push(message.text())
  })
  return faults
}

/** Expects something of a page that it need not show at once. A busy machine takes longer than vitest's one second. */
export const eventually: typeof expect.poll = (actual, options) => {
  return expect.poll(actual, { timeout: 10_000, ...options })
}
