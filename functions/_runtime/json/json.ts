import { isUtf8 } from 'node:buffer'

import { parseExactly, type Reviver } from './json-keys.ts'
import { syntaxErrorPosition } from './json-position.ts'
import { badRequest } from '../reply/problem.ts'

/**
 * Parses a JSON body.
 * @param bytes UTF-8 text
 * @throws Problem 400 that says at which line and column the text stops being JSON
 */
export function parseJson(bytes: Buffer, reviver?: Reviver): unknown {
  if (!isUtf8(bytes)) throw badRequest('The body is not UTF-8 text. Send JSON in UTF-8.')
  const source = bytes.toString('utf8')
  try {
    return parseExactly(source, reviver)
  } catch (error) {
    if (error instanceof RangeError) throw badRequest('The body is nested too deeply to be read.')
    if (!(error instanceof SyntaxError)) throw error
    throw badRequest(describeSyntaxError(source))
  }
}

function describeSyntaxError(source: string): string {
  if (/^[\t\n\r ]*$/.test(source)) return 'The body is empty. Send JSON.'
  const position = syntaxErrorPosition(source)
  const before = source.slice(0, position)
  const line = before.split('\n').length
  const column = position - before.lastIndexOf('\n')
  const character = source.codePointAt(position)
  const place = `at line ${line}, column ${column}`
  if (character === undefined) return `The body is not valid JSON: the text ends too early, ${place}.`
  return `The body is not valid JSON: unexpected ${JSON.stringify(String.fromCodePoint(character))} ${place}.`
}
