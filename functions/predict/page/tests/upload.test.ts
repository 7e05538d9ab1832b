import { expect, test } from 'vitest'

import { Upload } from '../upload.ts'

test.each([
  ['image/png', true],
  ['image/jpeg', true],
  ['image/webp', false],
  ['image/svg+xml', false],
  ['', false],
])('a file of type "%s" can be read: %s', (type, can) => {
  expect(Upload.canBeOf(new File([], 'digit', { type }))).toBe(can)
})
