/** One of the six marks of JSON, a string, or another scalar, as it is written. */
export interface Token {
  readonly text: string
  /** Where it begins, in UTF-16 units. */
  readonly at: number
}

const token = /[[\]{},:]|"[^"\\]*(?:\\.[^"\\]*)*"|[^\s[\]{},:"]+/g

/** @param source a text that JSON.parse takes */
export function* tokensOf(source: string): Generator<Token> {
  for (const { 0: text, index } of source.matchAll(token)) yield { text, at: index }
}

export function opens({ text }: Token): boolean {
  return text === '{' || text === '['
}

export function closes({ text }: Token): boolean {
  return text === '}' || text === ']'
}
