/** What JSON.parse calls with each value; the context has the source text of those that are not objects or arrays. */
export type Reviver = (key: string, value: unknown, context: { source?: string }) => unknown

/** How a key begins that stands for another: a character that Unicode gives to nobody. */
const mark = '\uffff'

/**
 * Parses JSON text as JSON.parse should. V8 compares a key with the one that it expects there by the letters of the
 * source, where escapes are not yet resolved: once anybody has sent `{"a":[],"\\":0}`, `{"a":1,"\n":2}` is read as if
 * the second key were a backslash (nodejs/node issue 63785). So keys with an escape are written in another way before
 * they are parsed. Text that has none, as nearly all has, costs one look for a backslash and one for the mark.
 * @throws SyntaxError when the text is no JSON
 */
export function parseExactly(source: string, reviver?: Reviver): unknown {
  const keys = new KeysWritten()
  const text = source.includes('\\') || source.includes(mark) ? keys.rewrite(source) : source
  if (keys.isEmpty) return reviver ? JSON.parse(text, reviver) : JSON.parse(text)
  return JSON.parse(text, (key, value: unknown, context) => {
    const named = keys.restore(value)
    return reviver ? reviver(keys.named(key), named, context) : named
  })
}

/** The keys of a text that cannot be written without an escape, each with what stands for it. */
class KeysWritten {
  readonly #keys: string[] = []
  readonly #written = new Map<string, string>()

  get isEmpty(): boolean {
    return this.#keys.length === 0
  }

  /** Writes a text so that none of its keys has an escape. What is wrong with it stays wrong, all outside of keys is kept. */
  rewrite(source: string): string {
    let text = ''
    let copied = 0
    let begin = source.indexOf('"')
    while (begin !== -1) {
      const end = stringEnd(source, begin)
      if (end === -1) break
      if (isKey(source, end) && isDoubtful(source, begin, end)) {
        // A text alone is no key, and is read as it should be.
        text += `${source.slice(copied, begin)}"${this.#write(JSON.parse(source.slice(begin, end)) as string)}"`
        copied = end
      }
      begin = source.indexOf('"', end)
    }
    return text + source.slice(copied)
  }

  /** The key for which another stands. */
  named(key: string): string {
    return key.startsWith(mark) ? (this.#keys[Number(key.slice(1))] ?? key) : key
  }

  /** @returns an object with its own keys, in their order */
  restore(value: unknown): unknown {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
    const members = Object.entries(value)
    if (!members.some(([key]) => key.startsWith(mark))) return value
    return Object.fromEntries(members.map(([key, member]) => [this.named(key), member]))
  }

  #write(key: string): string {
    // oxlint-disable-next-line no-control-regex -- these are the characters that JSON escapes
    if (!/["\\\u0000-\u001f]/.test(key) && !key.startsWith(mark)) return key
    const known = this.#written.get(key)
    if (known !== undefined) return known
    const written = `${mark}${this.#keys.length}`
    this.#keys.push(key)
    this.#written.set(key, written)
    return written
  }
}

/** @returns the index after the quote that ends the text which begins at an index; -1 when none does */
function stringEnd(source: string, begin: number): number {
  let quote = source.indexOf('"', begin + 1)
  while (quote !== -1) {
    let backslashes = 0
    while (source[quote - 1 - backslashes] === '\\') backslashes += 1
    if (backslashes % 2 === 0) return quote + 1
    quote = source.indexOf('"', quote + 1)
  }
  return -1
}

function isKey(source: string, end: number): boolean {
  let at = end
  while (at < source.length && ' \t\n\r'.includes(source.charAt(at))) at += 1
  return source[at] === ':'
}

function isDoubtful(source: string, begin: number, end: number): boolean {
  const key = source.slice(begin + 1, end - 1)
  return key.includes('\\') || key.startsWith(mark)
}
