import * as fc from 'fast-check'
import { expect, test } from 'vitest'

import { parseJson } from './json.ts'
import { Problem } from '../reply/problem.ts'
import { nearlyJson } from '../testing/json-texts.ts'

function problemWith(bytes: Buffer): Problem | undefined {
  try {
    parseJson(bytes)
    return undefined
  } catch (error) {
    if (error instanceof Problem) return error
    throw error
  }
}

function detailOf(text: string): string | undefined {
  return problemWith(Buffer.from(text))?.detail
}

test('JSON becomes its value', () => {
  fc.assert(
    fc.property(fc.json(), (text) => {
      expect(parseJson(Buffer.from(text))).toEqual(JSON.parse(text))
    }),
  )
})

test('a reviver sees each value with its source text', () => {
  const sources = parseJson(Buffer.from('[1.0, 1e400, "a"]'), (_key, value, { source }) => source ?? value)
  expect(sources).toEqual(['1.0', '1e400', '"a"'])
})

test('whatever is not JSON is a problem with status 400', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        nearlyJson.map((text) => Buffer.from(text)),
        fc.uint8Array().map((bytes) => Buffer.from(bytes)),
      ),
      (bytes) => {
        expect([undefined, 400]).toContain(problemWith(bytes)?.status)
      },
    ),
    { numRuns: 2000 },
  )
})

test.for([
  ['{"a"', 'the text ends too early, at line 1, column 5'],
  ['{"a":1,\n', 'the text ends too early, at line 2, column 1'],
  ['{"a":1,\n"b":x}', 'unexpected "x" at line 2, column 5'],
  ['\r\n\r\n  ?', 'unexpected "?" at line 3, column 3'],
  ['["a\tb"]', 'unexpected "\\t" at line 1, column 4'],
  ['\u{1f600}', 'unexpected "\u{1f600}" at line 1, column 1'],
  ['\u{feff}{}', 'unexpected "\u{feff}" at line 1, column 1'],
] as const)('of %j it is said where it stops being JSON', ([text, detail]) => {
  expect(detailOf(text)).toBe(`The body is not valid JSON: ${detail}.`)
})

test.for(['', ' ', '\r\n\t \n'])('of %j it is said that it is empty', (text) => {
  expect(detailOf(text)).toBe('The body is empty. Send JSON.')
})

test.for([[0xff], [0x22, 0xc3, 0x22], [0x22, 0xed, 0xa0, 0x80, 0x22], [0xc0, 0x80]])(
  'the bytes %j are not UTF-8',
  (bytes) => {
    expect(problemWith(Buffer.from(bytes))?.detail).toBe('The body is not UTF-8 text. Send JSON in UTF-8.')
  },
)

test('what is nested too deeply for a reviver is a problem, not a stack overflow', () => {
  const text = `${'['.repeat(100_000)}${']'.repeat(100_000)}`
  expect(() => parseJson(Buffer.from(text), (_key, value) => value)).toThrow(Problem)
})

test('the detail does not repeat what else is in the body', () => {
  expect(detailOf('{"password":"hunter2",}')).not.toContain('hunter2')
})
