import { isUtf8 } from 'node:buffer'

import { badRequest } from './problem.ts'

/** What JSON.parse calls with each value; the context has the source text of those that are not objects or arrays. */
export type Reviver = (key: string, value: unknown, context: { source?: string }) => unknown

/**
 * Parses a JSON body.
 * @param bytes UTF-8 text
 * @throws Problem 400 that says at which line and column the text stops being JSON
 */
export function parseJson(bytes: Buffer, reviver?: Reviver): unknown {
  if (!isUtf8(bytes)) throw badRequest('The body is not UTF-8 text. Send JSON in UTF-8.')
  const source = bytes.toString('utf8')
  try {
    return reviver ? JSON.parse(source, reviver) : JSON.parse(source)
  } catch (error) {
    if (error instanceof RangeError) throw badRequest('The body is nested too deeply to be read.')
    if (!(error instanceof SyntaxError)) throw error
    throw badRequest(describeSyntaxError(source))
  }
}

function describeSyntaxError(source: string): string {
  const position = syntaxErrorPosition(source)
  const before = source.slice(0, position)
  const line = before.split('\n').length
  const column = position - before.lastIndexOf('\n')
  const character = source.codePointAt(position)
  const found = character === undefined ? 'the end of the text' : JSON.stringify(String.fromCodePoint(character))
  return `The body is not valid JSON: unexpected ${found} at line ${line}, column ${column}.`
}

/**
 * Finds where a text stops being JSON.
 * @param source a text that JSON.parse refuses
 * @returns the index of the first UTF-16 unit that no JSON text could have there; the text's length when it only ends early
 */
export function syntaxErrorPosition(source: string): number {
  const message = syntaxErrorMessage(source)
  const stated = /at position (\d+)/.exec(message)
  if (stated) return Number(stated[1])
  if (!isUnexpectedToken(message)) return source.length
  // V8 states no position for an unexpected token. It stops at the first error, so the shortest prefix that has the
  // same complaint ends with the token; whether a prefix has it is monotonic in the prefix's length, so bisect.
  let without = 0
  let within = source.length
  while (within - without > 1) {
    const middle = (without + within) >> 1
    if (isUnexpectedToken(syntaxErrorMessage(source.slice(0, middle)))) within = middle
    else without = middle
  }
  return without
}

function isUnexpectedToken(message: string): boolean {
  return message.startsWith('Unexpected token')
}

function syntaxErrorMessage(source: string): string {
  try {
    JSON.parse(source)
    return ''
  } catch (error) {
    return error instanceof SyntaxError ? error.message : ''
  }
}
