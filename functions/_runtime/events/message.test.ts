import fc from 'fast-check'
import { expect, test } from 'vitest'

import { messageOf } from './message.ts'

function headerOf(value: string): string {
  return messageOf({ attributes: { word: value }, data: undefined }, 'binary').headers['ce-word'] ?? ''
}

// The example of the HTTP binding, section 3.1.3.2.
test('a header is percent-encoded as the binding says', () => {
  expect(headerOf('Euro € 😀')).toBe('Euro%20%E2%82%AC%20%F0%9F%98%80')
})

test('whatever an attribute is, its header is printable ASCII and is decoded to the same', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (value) => {
      expect(headerOf(value)).toMatch(/^[\u0021\u0023-\u007E]*$/)
      expect(decodeURIComponent(headerOf(value))).toBe(value)
    }),
  )
})
