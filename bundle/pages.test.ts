import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, expect, test } from 'vitest'

import { bundledPackages } from './bundled-packages.ts'
import { makePage, pageOwners, writePage } from './pages.ts'

const root = join(import.meta.dirname, '..')
const elsewhere = mkdtempSync(join(tmpdir(), 'quartet-pages-'))

afterAll(() => rmSync(elsewhere, { recursive: true }))

test.each(pageOwners())('the page of %s is what its sources make; if not, `npm run pages` makes it', async (owner) => {
  const { html } = await makePage(join(root, owner))
  expect(readFileSync(join(root, owner, 'assets', 'page.html'), 'utf8') === html).toBe(true)
})

test('every page has sources, is small, and needs no other file', () => {
  const pages = globSync('{functions,scripts}/**/*.html', { cwd: root })
  const expected = pageOwners().flatMap((owner) => [
    join(owner, 'page', 'page.html'),
    join(owner, 'assets', 'page.html'),
  ])
  expect(pages.toSorted()).toEqual(expected.toSorted())
  for (const page of pages.filter((path) => path.includes('assets'))) {
    const html = readFileSync(join(root, page), 'utf8')
    // The charts of metrics are drawn by a library, which has most of its bytes.
    expect(Buffer.byteLength(html), page).toBeLessThan(page.includes('metrics') ? 92_160 : 61_440)
    expect(html, page).not.toMatch(/\b(?:src|href)="(?!data:|\/|#)/)
  }
})

test('it is known which packages are in a page', async () => {
  const { metafile } = await makePage(join(root, 'functions/metrics'))
  expect(bundledPackages([metafile]).map(({ name }) => name)).toEqual(['uplot'])
})

test('style and script are inline, minified, and cannot end early', async () => {
  makeSources('<link rel="stylesheet" href="page.css" />\n    <script type="module" src="page.ts"></script>')
  const { html } = await makePage(elsewhere)
  expect(html).toMatch(/^<style>p\{color:red\}<\/style>\n<script type="module">.*"\$&<\\\/script>".*<\/script>$/s)
})

test('a page that links something else is refused', async () => {
  makeSources('<link rel="stylesheet" href="page.css" />\n<script src="page.ts"></script>')
  await expect(makePage(elsewhere)).rejects.toThrow('is not inline')
})

test('where there is no page, none is made', async () => {
  expect(await writePage(join(elsewhere, 'nothing'))).toEqual([])
  expect(globSync('nothing', { cwd: elsewhere })).toEqual([])
})

function makeSources(html: string): void {
  const folder = join(elsewhere, 'page')
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'page.html'), html)
  writeFileSync(join(folder, 'page.css'), 'p {\n  color: red;\n}\n')
  writeFileSync(join(folder, 'page.ts'), 'const text: string = "$&</script>"\nconsole.log(text)\n')
}
