import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'

/** A page that is one file, and the policy under which a browser runs just what is in it. */
export interface Page {
  readonly source: string
  /** Content-Security-Policy */
  readonly policy: string
}

export function readPage(path: string): Page {
  return makePage(readFileSync(path, 'utf8'))
}

/** @param source HTML whose scripts and styles are inline */
export function makePage(source: string): Page {
  const scripts = hashes(source, /<script[^>]*>([\s\S]*?)<\/script>/g)
  const styles = hashes(source, /<style[^>]*>([\s\S]*?)<\/style>/g)
  const policy = [
    "default-src 'none'",
    `script-src ${scripts}`,
    `style-src ${styles}`,
    "img-src 'self' data:",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ]
  return { source, policy: policy.join('; ') }
}

function hashes(source: string, inline: RegExp): string {
  const sources = [...source.matchAll(inline)].map(([, text = '']) => {
    return `'sha256-${createHash('sha256').update(text).digest('base64')}'`
  })
  return sources.length > 0 ? sources.join(' ') : "'none'"
}
