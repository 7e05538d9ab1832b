import { readFile } from 'node:fs/promises'
import type { IncomingMessage } from 'node:http'

/** Reads the text of a JSON Web Key Set. */
export type KeySource = () => Promise<string>

/** Hundreds of keys; an issuer has a few. */
export const limitBytes = 262_144

export function fileSource(path: string): KeySource {
  return () => readFile(path, 'utf8')
}

/** @param timeoutMs for the whole answer to arrive */
export function urlSource(url: string, timeoutMs: number): KeySource {
  // Not fetch(): it would load undici, for a request in ten minutes.
  const { origin, pathname } = new URL(url)
  const { get } = process.getBuiltinModule(url.startsWith('https:') ? 'node:https' : 'node:http')
  return () => {
    return new Promise((resolve, reject) => {
      // A connection of its own, which nobody would use again for long.
      const request = get(url, { agent: false, headers: { accept: 'application/jwk-set+json, application/json' } })
      const fail = (reason: string): void => {
        // Without what else an address can have, which may be a secret.
        reject(new Error(`${origin}${pathname} ${reason}`))
        request.destroy()
      }
      const timer = setTimeout(() => fail(`did not answer within ${timeoutMs} ms`), timeoutMs)
      request.on('error', ({ message }) => fail(`cannot be asked: ${message}`))
      request.on('close', () => clearTimeout(timer))
      request.on('response', (response) => collect(response, resolve, fail))
    })
  }
}

function collect(response: IncomingMessage, done: (text: string) => void, fail: (reason: string) => void): void {
  // Redirects are not followed: who answers there was not named in the settings.
  if (response.statusCode !== 200) return fail(`answered ${response.statusCode}`)
  const chunks: Buffer[] = []
  let bytes = 0
  response.on('data', (chunk: Buffer) => {
    bytes += chunk.length
    chunks.push(chunk)
    if (bytes > limitBytes) fail(`answered over ${limitBytes} bytes`)
  })
  response.on('end', () => done(Buffer.concat(chunks).toString()))
  response.on('error', ({ message }) => fail(`did not answer whole: ${message}`))
}
