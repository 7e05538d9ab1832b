import * as fc from 'fast-check'
import { expect, test } from 'vitest'

import { syntaxErrorPosition } from './json-position.ts'
import { nearlyJson } from '../testing/json-texts.ts'

const many = { numRuns: 5000 }

function complaintAbout(text: string): string | undefined {
  try {
    JSON.parse(text)
    return undefined
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

function statedPosition(complaint: string): number | undefined {
  const position = /at position (\d+)/.exec(complaint)?.[1]
  return position === undefined ? undefined : Number(position)
}

/** Whether some JSON text begins like this: V8 has nothing against it but that it ends. */
function canBecomeJson(text: string): boolean {
  const complaint = complaintAbout(text)
  return complaint === undefined || /end of JSON/.test(complaint) || statedPosition(complaint) === text.length
}

test('the position is that of the first character that no JSON text could have there', () => {
  fc.assert(
    fc.property(nearlyJson, (text) => {
      fc.pre(complaintAbout(text) !== undefined)
      const position = syntaxErrorPosition(text)
      expect(canBecomeJson(text.slice(0, position))).toBe(true)
      expect(position === text.length || !canBecomeJson(text.slice(0, position + 1))).toBe(true)
    }),
    many,
  )
})

test('the position is that which V8 states, where it states one', () => {
  fc.assert(
    fc.property(nearlyJson, (text) => {
      const stated = statedPosition(complaintAbout(text) ?? '')
      fc.pre(stated !== undefined)
      expect(syntaxErrorPosition(text)).toBe(stated)
    }),
    many,
  )
})

test('JSON is JSON to its end', () => {
  fc.assert(
    fc.property(fc.json(), (text) => {
      expect(syntaxErrorPosition(text)).toBe(text.length)
    }),
  )
})

test.for([
  ['', 0],
  [' \n', 2],
  ['nul', 3],
  ['nulL', 3],
  ['-', 1],
  ['-x', 1],
  ['01', 1],
  ['1.', 2],
  ['1.e5', 2],
  ['1e+', 3],
  ['1e+x', 3],
  ['"abc', 4],
  ['"a\nb"', 2],
  ['"\\x"', 2],
  ['"\\', 2],
  ['"\\u12g4"', 5],
  ['"\\u12', 5],
  ['[1,]', 3],
  ['[1 2]', 3],
  ['[}', 1],
  ['{"a" 1}', 5],
  ['{"a":1,}', 7],
  ['{a:1}', 1],
  ['{"a":1]', 6],
  ['1 2', 2],
  [']', 0],
  ['\u{feff}1', 0],
  ["'a'", 0],
] as const)('%j stops being JSON at %i', ([text, position]) => {
  expect(syntaxErrorPosition(text)).toBe(position)
})

test('a text as large as a body may be takes one pass', () => {
  const text = `[${'[],{"a":"b\\u0041"},-1.5e3,true,'.repeat(30_000)}x`
  expect(syntaxErrorPosition(text)).toBe(text.length - 1)
})

test('a text nested as deep as a body is long takes no stack', () => {
  expect(syntaxErrorPosition('['.repeat(1_000_000))).toBe(1_000_000)
})
