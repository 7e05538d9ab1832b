import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, expect, test } from 'vitest'

import { Page } from './page.ts'

const folder = mkdtempSync(join(tmpdir(), 'quartet-page-'))

afterAll(() => rmSync(folder, { recursive: true }))

function pageOf(html: string): Page {
  const path = join(folder, 'page.html')
  writeFileSync(path, html)
  return new Page(path)
}

/** The directives of a Content-Security-Policy, by name. */
function directivesOf({ policy }: Page): Record<string, string> {
  const directives = policy.split('; ').map((directive) => directive.split(/ (.*)/))
  return Object.fromEntries(directives.map(([name = '', value = '']) => [name, value]))
}

function hashOf(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`
}

test('a page may run what is in it, show what it was given, ask where it came from, and nothing else', () => {
  const page = pageOf('<style>p { color: red }</style><script type="module">ask("ü")</script><p>Hello</p>')
  expect(directivesOf(page)).toEqual({
    'default-src': "'none'",
    'script-src': hashOf('ask("ü")'),
    'style-src': hashOf('p { color: red }'),
    'img-src': 'data: blob:',
    'connect-src': "'self'",
    'require-trusted-types-for': "'script'",
    'trusted-types': "'none'",
    'base-uri': "'none'",
    'form-action': "'none'",
    'frame-ancestors': "'none'",
  })
})

test('a page without a script may run none', () => {
  expect(directivesOf(pageOf('<style>a</style><style>b</style>'))).toMatchObject({
    'script-src': "'none'",
    'style-src': `${hashOf('a')} ${hashOf('b')}`,
  })
})

test('a page is read when it is first asked for, and once', () => {
  const page = pageOf('<p>first</p>')
  expect(page.source).toBe('<p>first</p>')
  writeFileSync(join(folder, 'page.html'), '<p>second</p>')
  expect(page.source).toBe('<p>first</p>')
})
