import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import { expect, test } from 'vitest'

import { defaultMetrics } from './metric.ts'
import { optionsTable } from './options-table.ts'

const readme = readFileSync(join(import.meta.dirname, 'README.md'), 'utf8')

test('the README has every option, and its default', () => {
  expect(/<!-- options -->\n(.*)\n<!-- \/options -->/s.exec(readme)?.[1]).toBe(optionsTable())
})

test('the README has the default metrics', () => {
  for (const { name, condition = '', againstStable } of defaultMetrics) {
    const stable = againstStable === undefined ? '' : ` \`${againstStable}\``
    expect(readme).toContain(`| \`${name}\` | \`${condition}\` |${stable} |`)
  }
})
