// Makes the pages: each is one HTML file with its style and script inline. They are committed, since Node runs the
// functions from source, without a build. `npm run pages` runs this; the bundles get theirs from the same sources.
import { existsSync, globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'

import { build, type Metafile } from 'esbuild'

const root = join(import.meta.dirname, '..')
const sources = ['functions/*/page/page.html', 'scripts/local/*/page/page.html']

/** The folders that have a page, by their paths in the repository. */
export function pageOwners(): string[] {
  return globSync(sources, { cwd: root }).map((source) => dirname(dirname(source)))
}

interface MadePage {
  /** With what is linked in it inline. */
  readonly html: string
  readonly metafile: Metafile
}

/**
 * Makes OWNER/page into FOLDER/assets/page.html, where the owner has a page.
 * @returns what went into it
 */
export async function writePage(owner: string, folder = owner): Promise<Metafile[]> {
  if (!existsSync(join(owner, 'page'))) return []
  const { html, metafile } = await makePage(owner)
  mkdirSync(join(folder, 'assets'), { recursive: true })
  writeFileSync(join(folder, 'assets', 'page.html'), html)
  return [metafile]
}

export async function makePage(owner: string): Promise<MadePage> {
  const folder = join(owner, 'page')
  const { outputFiles, metafile } = await build({
    entryPoints: [join(folder, 'page.css'), join(folder, 'page.ts')],
    outdir: folder,
    write: false,
    metafile: true,
    bundle: true,
    minify: true,
    format: 'esm',
    // The first that have light-dark() and :has().
    target: ['chrome123', 'firefox121', 'safari17.5'],
    charset: 'utf8',
    logLevel: 'warning',
  })
  const inline = new Map(outputFiles.map(({ path, text }) => [basename(path), text.trim()]))
  const source = readFileSync(join(folder, 'page.html'), 'utf8').replaceAll(/\n\s+/g, '\n')
  const html = source
    .replace('<link rel="stylesheet" href="page.css" />', () => `<style>${inline.get('page.css')}</style>`)
    .replace(/(<script type="module") src="page.ts">/, (_, open) => `${open}>${inline.get('page.js')}`)
  if (/(?:href|src)="page\./.test(html)) throw new Error(`Something that ${folder}/page.html links is not inline.`)
  return { html, metafile }
}

if (import.meta.main) await Promise.all(pageOwners().map((owner) => writePage(join(root, owner))))
