import * as fc from 'fast-check'
import { expect, test } from 'vitest'

import { parseExactly } from './json-keys.ts'
import { nearlyJson } from '../testing/json-texts.ts'

let parents = 0

/** Parses an object with a key after one from which V8 expects another key there, as any client may have sent it. */
function parsedAfter(expected: string, key: string): unknown {
  parents += 1
  parseExactly(`{"parent${parents}":[],${JSON.stringify(expected)}:0}`)
  return parseExactly(`{"parent${parents}":1,"${key}":2}`)
}

test.each([
  ['\\', String.raw`\n`, '\n'],
  ['\\', String.raw`\"`, '"'],
  ['\\', String.raw`\u00e9`, 'é'],
  [String.raw`\n`, String.raw`\n\u0001`, '\n\u0001'],
  [String.raw`a\u`, String.raw`a\u0041b`, 'aAb'],
  [String.raw`ł\n`, String.raw`ł\nx`, 'ł\nx'],
  ['\\', String.raw`\\`, '\\'],
])('after a key %j the key %s is read as it is written', (expected, key, value) => {
  expect(parsedAfter(expected, key)).toEqual({ [`parent${parents}`]: 1, [value]: 2 })
})

test('numbers keep their sources, and keys are named to a reviver', () => {
  const keys: string[] = []
  const value = parseExactly(String.raw`{"\n":[1.0,{"\"":1e400}]}`, (key, member, { source }) => {
    keys.push(key)
    return source ?? member
  })
  expect(value).toEqual({ '\n': ['1.0', { '"': '1e400' }] })
  expect(keys).toEqual(['0', '"', '1', '\n', ''])
})

test.each([
  ['{"\\u0061":1,"b":2,"a":3}', '{"a":3,"b":2}'],
  ['{"\\n":1,"b":2,"\\u000a":3}', '{"\\n":3,"b":2}'],
  ['{"b":1,"\\u0032":2,"\\u0031":3}', '{"1":3,"2":2,"b":1}'],
  ['{"\uffff0":1,"\\n":2,"\\uffff0":3}', '{"\uffff0":3,"\\n":2}'],
  ['{"\\u005f_proto__":{"\\n":1}}', '{"__proto__":{"\\n":1}}'],
  ['{"\\ud800":1,"a":"\\\\\\":","\\t" \r\n :2}', '{"\\ud800":1,"a":"\\\\\\":","\\t":2}'],
])('%s is %s', (source, text) => {
  expect(JSON.stringify(parseExactly(source))).toBe(text)
})

const awkward = ['"', '\\', '\n', '\u0001', '\uffff', '\uffff0', '\\n', 'a', '1', '__proto__', 'x"', '\n\u0001', '']
const json = fc.letrec<{ value: unknown; object: object }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.oneof(fc.string({ unit: fc.constantFrom(...awkward) }), fc.integer()),
    fc.array(tie('value'), { maxLength: 4 }),
    tie('object'),
  ),
  object: fc
    .array(fc.tuple(fc.oneof(fc.constantFrom(...awkward), fc.string({ unit: 'binary' })), tie('value')), {
      maxLength: 5,
    })
    .map((members) => Object.fromEntries(members)),
})).value

test('any value comes back as JSON.stringify wrote it, whatever was parsed before', () => {
  fc.assert(
    fc.property(json, (value) => {
      const text = JSON.stringify(value)
      expect(JSON.stringify(parseExactly(text))).toBe(text)
    }),
    { numRuns: 20_000 },
  )
})

function isRead(parse: () => unknown): boolean {
  try {
    parse()
    return true
  } catch (error) {
    if (error instanceof SyntaxError) return false
    throw error
  }
}

test('what is no JSON is refused, and all that is JSON is read', () => {
  fc.assert(
    fc.property(nearlyJson, (text) => {
      expect(isRead(() => parseExactly(text))).toBe(isRead(() => JSON.parse(text)))
    }),
    { numRuns: 5000 },
  )
})
