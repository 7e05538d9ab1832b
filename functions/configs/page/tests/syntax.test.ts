import { expect, test } from 'vitest'

import { syntaxFlaw } from '../syntax.ts'

test.each([
  ['', 0, 'There is nothing yet'],
  ['{"a":1', 6, 'The text ends too early'],
  ['{"a":01}', 6, 'Unexpected "1"'],
  ['{"a":1,}', 7, 'Unexpected "}"'],
  ['{"a":"b\nc"}', 7, String.raw`Unexpected "\n"`],
  ['[😀]', 1, 'Unexpected "😀"'],
])('%j', (source, at, detail) => {
  expect(syntaxFlaw(source)).toEqual({ at, detail })
})

test('JSON has no flaw', () => {
  expect(syntaxFlaw(' {"a":[1.0,null]} ')).toBeUndefined()
})
