import fc from 'fast-check'
import { expect, test } from 'vitest'

import { jsonPointer } from '../../../_runtime/request/validate.ts'
import { placeOf, placesIn } from '../places.ts'

const source = String.raw`{
  "name": "edge",
  "metadata": {
    "a/b": [1, {"c~d": true}, [2, 3]],
    "\u0065": {}
  },
  "name": "again"
}`

test.each([
  ['', '{'],
  ['/metadata', '"metadata"'],
  ['/metadata/a~1b', '"a/b"'],
  ['/metadata/a~1b/0', '1'],
  ['/metadata/a~1b/1/c~0d', '"c~d"'],
  ['/metadata/a~1b/2/1', '3'],
  ['/metadata/e', String.raw`"\u0065"`],
  ['/name', '"name": "again"'],
])('%j is where it begins', (pointer, text) => {
  expect(source.slice(placeOf(pointer, placesIn(source)))).toMatch(new RegExp(`^${RegExp.escape(text)}`))
})

test('what is not there is where it should be', () => {
  expect(placeOf('/metadata/a~1b/7/x', placesIn(source))).toBe(source.indexOf('"a/b"'))
  expect(placeOf('/nothing', placesIn(source))).toBe(0)
})

test('every value of any JSON has a place', () => {
  fc.assert(
    fc.property(fc.json(), (json) => {
      const value: unknown = JSON.parse(json)
      expect([...placesIn(json).keys()].toSorted()).toEqual([...pointersIn(value, [])].toSorted())
    }),
  )
})

function* pointersIn(value: unknown, path: readonly string[]): Generator<string> {
  yield jsonPointer(path)
  if (typeof value !== 'object' || value === null) return
  for (const [key, inner] of Object.entries(value)) yield* pointersIn(inner, [...path, key])
}
