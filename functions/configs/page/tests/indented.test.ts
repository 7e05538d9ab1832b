import fc from 'fast-check'
import { expect, test } from 'vitest'

import { indented } from '../indented.ts'

test('numbers, escapes and keys stay to the letter', () => {
  const source = String.raw`{"a":1.0,"b":[1e400,-0,12345678901234567890],"\u0061":"\/\"{[,:]}","a":{},"c":[ ]}`
  expect(indented(source)).toBe(String.raw`{
  "a": 1.0,
  "b": [
    1e400,
    -0,
    12345678901234567890
  ],
  "\u0061": "\/\"{[,:]}",
  "a": {},
  "c": []
}`)
})

test('any JSON is laid out as JSON.stringify would, however it was', () => {
  fc.assert(
    fc.property(fc.json(), fc.nat(4), (json, spaces) => {
      const value: unknown = JSON.parse(json)
      expect(indented(JSON.stringify(value, null, spaces))).toBe(JSON.stringify(value, null, 2))
    }),
  )
})
