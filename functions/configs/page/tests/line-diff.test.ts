import fc from 'fast-check'
import { expect, test } from 'vitest'

import { hunksOf } from '../hunks.ts'
import { lineDiff, type DiffLine } from '../line-diff.ts'

const signs = { same: ' ', removed: '-', added: '+' }
const written = (diff: readonly DiffLine[]): string[] => diff.map(({ kind, text }) => signs[kind] + text)
const lines = (from: number, to: number): string[] => Array.from({ length: to - from + 1 }, (_, n) => String(from + n))

test('only what differs differs', () => {
  expect(written(lineDiff('a\nb\nc\nd', 'a\nc\nx\nd'))).toEqual([' a', '-b', ' c', '+x', ' d'])
})

test.each([
  ['', 'a\nb', ['+a', '+b']],
  ['a\nb', '', ['-a', '-b']],
  ['a', 'a', [' a']],
  ['', '', []],
])('from %j to %j', (from, to, expected) => {
  expect(written(lineDiff(from, to))).toEqual(expected)
})

test('both texts are in any diff, and no more is said to differ than one would find by hand', () => {
  const text = fc.array(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 12 })
  fc.assert(
    fc.property(text, text, (from, to) => {
      const diff = lineDiff(from.join('\n'), to.join('\n'))
      const without = (kind: DiffLine['kind']): string[] => {
        return diff.filter((line) => line.kind !== kind).map((line) => line.text)
      }
      expect(without('added')).toEqual(from)
      expect(without('removed')).toEqual(to)
      expect(diff.filter(({ kind }) => kind === 'same')).toHaveLength(longestCommon(from, to))
    }),
  )
})

test('texts that have next to nothing in common are compared as wholes', () => {
  const from = lines(1, 3000)
  const to = lines(10_001, 13_000)
  const diff = lineDiff(['{', ...from, '}'].join('\n'), ['{', ...to, '}'].join('\n'))
  expect(diff.filter(({ kind }) => kind === 'same')).toHaveLength(2)
  expect(diff).toHaveLength(6002)
})

test('what is far from any change is left out', () => {
  const from = lines(1, 30)
  const to = from.with(9, 'x').with(11, 'y').with(24, 'z')
  const { hunks, skippedAtEnd } = hunksOf(lineDiff(from.join('\n'), to.join('\n')))
  expect(hunks.map(({ skipped }) => skipped)).toEqual([6, 6])
  expect(hunks.map((hunk) => written(hunk.lines))).toEqual([
    [' 7', ' 8', ' 9', '-10', '+x', ' 11', '-12', '+y', ' 13', ' 14', ' 15'],
    [' 22', ' 23', ' 24', '-25', '+z', ' 26', ' 27', ' 28'],
  ])
  expect(skippedAtEnd).toBe(2)
})

/** By the table that everybody knows, which takes the product of the lengths. */
function longestCommon(from: readonly string[], to: readonly string[]): number {
  let row = Array.from({ length: to.length + 1 }, () => 0)
  for (const line of from) {
    const next = [0]
    for (const [index, other] of to.entries()) {
      next.push(line === other ? (row[index] ?? 0) + 1 : Math.max(row[index + 1] ?? 0, next[index] ?? 0))
    }
    row = next
  }
  return row.at(-1) ?? 0
}
