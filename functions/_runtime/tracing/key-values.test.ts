import fc from 'fast-check'
import { expect, test } from 'vitest'

import { areKeyValues, keyValuesOf } from './key-values.ts'

const key = fc.stringMatching(/^[a-zA-Z][\w.-]{0,20}$/)
const value = fc.string({ unit: 'grapheme' })

test('what was written is read', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.tuple(key, value), { selector: ([name]) => name }), (pairs) => {
      const text = pairs.map(([name, each]) => `${name}=${encodeURIComponent(each)}`).join(' , ')
      expect(keyValuesOf(text)).toEqual(Object.fromEntries(pairs))
    }),
  )
})

test('a value may have the sign between it and its key', () => {
  expect(keyValuesOf('authorization=Basic dTpw==,tenant=a')).toEqual({ authorization: 'Basic dTpw==', tenant: 'a' })
})

test.for(['novalue', '=value', 'a b=c', 'key=%', 'key=value,other'])('%j is refused', (text) => {
  expect(areKeyValues(text)).toBe(false)
})
