// Makes the pages: each is one HTML file with its style and script inline. They are committed, since Node runs the
// functions from source, without a build. `npm run pages` runs this; the bundles get theirs from the same sources.
import { existsSync, globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'

import { build } from 'esbuild'

const root = join(import.meta.dirname, '..')
const sources = ['functions/*/page/page.html', 'scripts/local/*/page/page.html']

/** The folders that have a page, by their paths in the repository. */
export function pageOwners(): string[] {
  return globSync(sources, { cwd: root }).map((source) => dirname(dirname(source)))
}

/** Makes OWNER/page into FOLDER/assets/page.html, where the owner has a page. */
export async function writePage(owner: string, folder = owner): Promise<void> {
  if (!existsSync(join(owner, 'page'))) return
  const made = await makePage(owner)
  mkdirSync(join(folder, 'assets'), { recursive: true })
  writeFileSync(join(folder, 'assets', 'page.html'), made)
}

/** @returns the HTML, with what is linked in it inline */
export async function makePage(owner: string): Promise<string> {
  const folder = join(owner, 'page')
  const { outputFiles } = await build({
    entryPoints: [join(folder, 'page.css'), join(folder, 'page.ts')],
    outdir: folder,
    write: false,
    bundle: true,
    minify: true,
    format: 'esm',
    // The first that have light-dark() and :has().
    target: ['chrome123', 'firefox121', 'safari17.5'],
    charset: 'utf8',
    logLevel: 'warning',
  })
  const inline = new Map(outputFiles.map(({ path, text }) => [basename(path), text.trim()]))
  const html = readFileSync(join(folder, 'page.html'), 'utf8').replaceAll(/\n\s+/g, '\n')
  const made = html
    .replace('<link rel="stylesheet" href="page.css" />', () => `<style>${inline.get('page.css')}</style>`)
    .replace(/(<script type="module") src="page.ts">/, (_, open) => `${open}>${inline.get('page.js')}`)
  if (/(?:href|src)="page\./.test(made)) throw new Error(`Something that ${folder}/page.html links is not inline.`)
  return made
}

if (import.meta.main) await Promise.all(pageOwners().map((owner) => writePage(join(root, owner))))
