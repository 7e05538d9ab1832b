import * as fc from 'fast-check'
import { expect, test } from 'vitest'

import { keepNumbers } from '../documents/exact-json.ts'
import { jsonDiff } from './json-diff.ts'
import { isSameJson } from './json-equality.ts'
import { jsonPatch, type Operation } from './json-patch.ts'

function parse(text: string): unknown {
  return JSON.parse(text, keepNumbers)
}

/** Diffs two texts and patches the first: as a client would, by what was sent. */
function patchedByDiff(from: string, to: string): unknown {
  const operations = parse(JSON.stringify(jsonDiff(parse(from), parse(to)))) as Operation[]
  return jsonPatch(parse(from), operations, 0)
}

const key = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom('__proto__', 'constructor', '', 'a/b~c', 'a', 'b', '0'),
)
const number = fc.constantFrom('0', '-0', '1', '1.0', '1e400', '10e399', '12345678901234567890', '0.10')

/** Documents as text, because a JavaScript number cannot be 1.0; few keys and values, so that two have some in common. */
const json = fc.letrec<{ value: string }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 5, depthIdentifier: 'json' },
    fc.oneof(
      number,
      fc.constantFrom('true', 'false', 'null', '"a"', '"b"'),
      fc.string().map((text) => JSON.stringify(text)),
    ),
    fc.array(tie('value'), { depthIdentifier: 'json' }).map((items) => `[${items.join(',')}]`),
    fc
      .uniqueArray(fc.tuple(key, tie('value')), { selector: ([name]) => name, depthIdentifier: 'json' })
      .map((members) => `{${members.map(([name, value]) => `${JSON.stringify(name)}:${value}`).join(',')}}`),
  ),
})).value

test('patching a document with the diff to another makes the other', () => {
  const property = fc.property(json, json, (from, to) => {
    expect(isSameJson(patchedByDiff(from, to), parse(to))).toBe(true)
  })
  fc.assert(property, { numRuns: 5000 })
})

test('a document and itself have no diff, however its members are ordered', () => {
  const property = fc.property(json, (text) => {
    expect(jsonDiff(parse(text), parse(text))).toEqual([])
  })
  fc.assert(property)
  expect(jsonDiff(parse('{"a":1,"b":[{"c":2,"d":3}]}'), parse('{"b":[{"d":3,"c":2}],"a":1}'))).toEqual([])
})

test.each([
  ['[1,2,3]', '[1,3]', '[{"op":"remove","path":"/1"}]'],
  ['[1,3]', '[1,2,3]', '[{"op":"add","path":"/1","value":2}]'],
  ['[]', '[1,2]', '[{"op":"add","path":"/0","value":1},{"op":"add","path":"/1","value":2}]'],
  ['[{"a":1},{"b":2}]', '[{"a":2},{"b":2}]', '[{"op":"replace","path":"/0/a","value":2}]'],
  ['{"a/b":1,"c~":2}', '{"a/b":2}', '[{"op":"remove","path":"/c~0"},{"op":"replace","path":"/a~1b","value":2}]'],
  ['1', '1.0', '[{"op":"replace","path":"","value":1.0}]'],
  ['{}', '[]', '[{"op":"replace","path":"","value":[]}]'],
])('from %s to %s is %s', (from, to, operations) => {
  expect(JSON.stringify(jsonDiff(parse(from), parse(to)))).toBe(operations)
})

function nested(text: string): string {
  return `${`{"${'k'.repeat(1000)}":`.repeat(60)}${text}${'}'.repeat(60)}`
}

function membersOf(value: number): string {
  return Array.from({ length: 700 }, (_, index) => `"key-${index}":${value}`).join(',')
}

test('a diff has no more operations than a patch may have', () => {
  const [from, to] = [1, 2].map((value) => `{"a":{${membersOf(value)}},"b":{${membersOf(value)}}}`)
  const operations = jsonDiff(parse(from ?? ''), parse(to ?? ''))
  expect(operations.length).toBeLessThanOrEqual(1000)
  expect(isSameJson(patchedByDiff(from ?? '', to ?? ''), parse(to ?? ''))).toBe(true)
})

test('a diff is not much larger than what it makes, and takes no time that grows faster than it', () => {
  const lists = [0, 1].map((offset) => JSON.stringify(Array.from({ length: 50_000 }, (_, index) => index * 2 + offset)))
  for (const [from = '', to = ''] of [lists, lists.map(nested)]) {
    const begin = performance.now()
    const length = JSON.stringify(jsonDiff(parse(from), parse(to))).length
    expect(performance.now() - begin).toBeLessThan(5000)
    expect(length).toBeLessThan(8 * to.length)
    expect(isSameJson(patchedByDiff(from, to), parse(to))).toBe(true)
  }
})
