import * as fc from 'fast-check'
import { expect, test } from 'vitest'

import { Problem } from '../reply/problem.ts'
import { parseQuery } from './query.ts'

test.for([
  ['', {}],
  ['limit=10', { limit: '10' }],
  ['a=1&b=2', { a: '1', b: '2' }],
  ['a=1&a=2&a=3', { a: ['1', '2', '3'] }],
  ['a', { a: '' }],
  ['a=b=c', { a: 'b=c' }],
  ['&&a=1&', { a: '1' }],
  ['a=one+two%20three', { a: 'one two three' }],
  ['na%6de=%c3%a9', { name: 'é' }],
] as const)('%j is %j', ([query, values]) => {
  expect(parseQuery(query)).toEqual(values)
})

test.for(['%', 'a=%', 'a=%zz', '%ff=1', 'a=1&b=%c3%28'])('the encoding of %s is a problem', (query) => {
  expect(() => parseQuery(query)).toThrow(Problem)
})

test('names that every object has are names like others', () => {
  const values = parseQuery('__proto__=1&constructor=2&toString=3')
  expect(Object.entries(values)).toEqual([
    ['__proto__', '1'],
    ['constructor', '2'],
    ['toString', '3'],
  ])
  expect(Object.getPrototypeOf(values)).toBe(Object.prototype)
})

test('what is encoded comes back', () => {
  const text = fc.string({ unit: 'binary' })
  fc.assert(
    fc.property(fc.uniqueArray(fc.tuple(text, text), { selector: ([name]) => name }), (pairs) => {
      const query = pairs.map((pair) => pair.map(encodeURIComponent).join('=')).join('&')
      expect(new Map(Object.entries(parseQuery(query)))).toEqual(new Map(pairs))
    }),
  )
})

test('a name that fills the longest request line takes no time to speak of', () => {
  const values = parseQuery('a&'.repeat(8000))
  expect(values['a']).toHaveLength(8000)
})
