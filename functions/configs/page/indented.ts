import { closes, opens, tokensOf, type Token } from './json-tokens.ts'

/**
 * Lays JSON out over lines. Only white space changes: a number would not keep its digits, nor a text its escapes, if it
 * were parsed and written again.
 * @param source a text that JSON.parse takes
 */
export function indented(source: string): string {
  const parts: string[] = []
  let level = 0
  let before: Token | undefined
  for (const token of tokensOf(source)) {
    if (closes(token)) level -= 1
    const isEmpty = before !== undefined && opens(before) && closes(token)
    const beginsLine = before !== undefined && (before.text === ',' || opens(before) || closes(token))
    if (beginsLine && !isEmpty) parts.push('\n', '  '.repeat(level))
    parts.push(token.text === ':' ? ': ' : token.text)
    if (opens(token)) level += 1
    before = token
  }
  return parts.join('')
}
