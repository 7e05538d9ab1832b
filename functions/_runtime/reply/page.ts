import { readFileSync } from 'node:fs'

/**
 * A page that is one HTML file with its script and style inline, as bundle/pages.ts makes it. It is read when it is first
 * asked for.
 */
export class Page {
  readonly #path: string
  #source: string | undefined
  #policy: string | undefined

  constructor(path: string) {
    this.#path = path
  }

  get source(): string {
    this.#source ??= readFileSync(this.#path, 'utf8')
    return this.#source
  }

  /** The Content-Security-Policy under which a browser runs what is in the page, and nothing else. */
  get policy(): string {
    this.#policy ??= policyOf(this.source)
    return this.#policy
  }
}

function policyOf(source: string): string {
  const directives = [
    "default-src 'none'",
    `script-src ${hashes(source, /<script[^>]*>([\s\S]*?)<\/script>/g)}`,
    `style-src ${hashes(source, /<style[^>]*>([\s\S]*?)<\/style>/g)}`,
    // A page's icon, and pictures that it was given.
    'img-src data: blob:',
    "connect-src 'self'",
    // No text becomes markup or code.
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ]
  return directives.join('; ')
}

function hashes(source: string, inline: RegExp): string {
  // Loaded here: it takes 4 ms, which a start without a page should not.
  const { createHash } = process.getBuiltinModule('node:crypto')
  const sources = [...source.matchAll(inline)].map(([, text = '']) => {
    return `'sha256-${createHash('sha256').update(text).digest('base64')}'`
  })
  return sources.length > 0 ? sources.join(' ') : "'none'"
}
