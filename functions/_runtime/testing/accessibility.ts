import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'

import type { AxeResults } from 'axe-core'
import type { Page } from 'playwright-core'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** What keeps people from using a page, by the rules of axe: https://dequeuniversity.com/rules/axe/ */
export async function barriersOf(page: Page): Promise<string[]> {
  await page.evaluate(`${axe}; undefined`)
  const { violations } = await page.evaluate<AxeResults>('axe.run()')
  return violations.flatMap(({ help, nodes }) => nodes.map(({ html }) => `${help}: ${html}`))
}
