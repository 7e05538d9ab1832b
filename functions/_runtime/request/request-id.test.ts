import { expect, test } from 'vitest'

import { requestIdOf } from './request-id.ts'

test('an id that was sent is kept', () => {
  expect(requestIdOf({ 'x-request-id': 'a.b:c_d-1' })).toBe('a.b:c_d-1')
})

test.each(['', 'two words', '"', 'x'.repeat(129), 'line\nbreak', '<b>'])(
  'an id that is not safe to log is not: %j',
  (sent) => {
    expect(requestIdOf({ 'x-request-id': sent })).not.toBe(sent)
  },
)

test('new ids differ, and could be sent again', () => {
  const ids = Array.from({ length: 1000 }, () => requestIdOf({}))
  expect(new Set(ids).size).toBe(1000)
  for (const id of ids) expect(requestIdOf({ 'x-request-id': id })).toBe(id)
})
