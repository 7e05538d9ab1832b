import fc from 'fast-check'
import { expect, test } from 'vitest'

import { preferredWait } from './prefer.ts'

test.each<[string | string[], number | undefined]>([
  ['wait=20', 20],
  ['Wait = 20', 20],
  ['wait="20"', 20],
  ['respond-async, wait=10', 10],
  ['handling=lenient; wait=3, wait=5', 5],
  ['wait=5; foo=bar', 5],
  ['wait=5, wait=7', 5],
  ['wait=soon, wait=7', undefined],
  ['wait', undefined],
  ['wait=-1', undefined],
  ['wait=1.5', undefined],
  ['waiting=5', undefined],
  ['wait=9999999999', undefined],
  ['', undefined],
  [['respond-async', 'wait=4'], 4],
])('%j is a wait of %s', (prefer, seconds) => {
  // Node joins lines of this header; a proxy of another kind may not.
  expect(preferredWait({ prefer })).toBe(seconds)
})

test('whatever is sent is a wait of whole seconds or none', () => {
  expect(preferredWait({})).toBeUndefined()
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[wait=;,"0-9 ]{0,20}$/)), (prefer) => {
      const seconds = preferredWait({ prefer })
      expect(seconds === undefined || (Number.isInteger(seconds) && seconds >= 0)).toBe(true)
    }),
  )
})
