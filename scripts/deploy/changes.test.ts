import { expect, test } from 'vitest'

import { differences } from './changes.ts'

test('two objects differ where a path says, with both values', () => {
  const before = { spec: { containers: [{ image: 'a:1', env: ['x'] }], old: true }, same: { deep: [1] } }
  const after = { spec: { containers: [{ image: 'a:2', env: ['x', 'y'] }], added: { b: 1 } }, same: { deep: [1] } }
  expect([...differences(before, after, '')]).toEqual([
    'spec.containers[0].image: "a:1" -> "a:2"',
    'spec.containers[0].env[1]: (none) -> "y"',
    'spec.old: true -> (none)',
    'spec.added: (none) -> {"b":1}',
  ])
})

test('a list in the place of an object is a difference as a whole, and a long value is cut', () => {
  expect([...differences({ a: [1] }, { a: { 0: 1 } }, '')]).toEqual(['a: [1] -> {"0":1}'])
  expect([...differences('x'.repeat(200), null, 'a')]).toEqual([`a: "${'x'.repeat(78)}… -> null`])
})

test('a password in an address is not told', () => {
  const [before, after] = ['a@b', 'hidden'].map((password) => `postgres://configs:${password}@host:5432/quartet`)
  expect([...differences({ value: before }, { value: after }, '')]).toEqual([
    'value: "postgres://configs:***@host:5432/quartet" -> "postgres://configs:***@host:5432/quartet"',
  ])
})
