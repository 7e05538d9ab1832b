import { expect, test } from 'vitest'

import { mergePatch } from './merge-patch.ts'

// RFC 7396, appendix A, in its order.
test.each([
  ['{"a":"b"}', '{"a":"c"}', '{"a":"c"}'],
  ['{"a":"b"}', '{"b":"c"}', '{"a":"b","b":"c"}'],
  ['{"a":"b"}', '{"a":null}', '{}'],
  ['{"a":"b","b":"c"}', '{"a":null}', '{"b":"c"}'],
  ['{"a":["b"]}', '{"a":"c"}', '{"a":"c"}'],
  ['{"a":"c"}', '{"a":["b"]}', '{"a":["b"]}'],
  ['{"a":{"b":"c"}}', '{"a":{"b":"d","c":null}}', '{"a":{"b":"d"}}'],
  ['{"a":[{"b":"c"}]}', '{"a":[1]}', '{"a":[1]}'],
  ['["a","b"]', '["c","d"]', '["c","d"]'],
  ['{"a":"b"}', '["c"]', '["c"]'],
  ['{"a":"foo"}', 'null', 'null'],
  ['{"a":"foo"}', '"bar"', '"bar"'],
  ['{"e":null}', '{"a":1}', '{"e":null,"a":1}'],
  ['[1,2]', '{"a":"b","c":null}', '{"a":"b"}'],
  ['{}', '{"a":{"bb":{"ccc":null}}}', '{"a":{"bb":{}}}'],
])('%s patched with %s is %s', (original, patch, result) => {
  expect(JSON.stringify(mergePatch(JSON.parse(original), JSON.parse(patch)))).toBe(result)
})

test('keys that objects inherit are keys like any other', () => {
  const patch: unknown = JSON.parse('{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}')
  expect(JSON.stringify(mergePatch({ a: 1 }, patch))).toBe(
    '{"a":1,"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}',
  )
  expect({}).not.toHaveProperty('polluted')
})

test('what is patched is not changed itself', () => {
  const original = Object.freeze({ a: Object.freeze({ b: 1 }) })
  expect(mergePatch(original, { a: { b: null, c: 2 } })).toEqual({ a: { c: 2 } })
  expect(original).toEqual({ a: { b: 1 } })
})
