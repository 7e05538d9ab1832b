import * as fc from 'fast-check'
import { expect, test } from 'vitest'

import { linearAxis, logarithmicAxis, timeAxis } from './axis.ts'

test.each([
  [0, [0, 1]],
  [1, [0, 1]],
  [5, [0, 1, 2, 3, 4, 5]],
  [47, [0, 10, 20, 30, 40, 50]],
  [401, [0, 100, 200, 300, 400, 500]],
])('up to %d, values are written at round numbers', (highest, ticks) => {
  expect(linearAxis(highest).ticks).toEqual(ticks)
})

test('no value is above an axis, and what is written is not too much', () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 1e7, noNaN: true }), (highest) => {
      const { ticks, place } = linearAxis(highest)
      expect(place(0)).toBe(0)
      expect(place(highest)).toBeLessThanOrEqual(1.000001)
      expect(ticks.length).toBeLessThanOrEqual(7)
    }),
  )
})

test('a logarithmic axis goes from a power of ten to another', () => {
  const { ticks, place } = logarithmicAxis(4, 2400)
  expect(ticks).toEqual([1, 10, 100, 1000, 10_000])
  expect([1, 100, 10_000, 0.01].map(place)).toEqual([0, 0.5, 1, 0])
})

test('times are written at round ones', () => {
  expect(timeAxis(120, 12).ticks).toEqual([0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100, 110, 120])
  expect(timeAxis(7200, 5).ticks).toEqual([0, 1800, 3600, 5400, 7200])
  expect(timeAxis(100_000, 5).ticks.length).toBeLessThanOrEqual(6)
})
