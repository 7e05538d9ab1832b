import fc from 'fast-check'
import { expect, test } from 'vitest'

import { quantile } from '../quantile.ts'

test.each([
  ['the middle of a bucket', 0.5, { '0.01': 0, '0.02': 10, '+Inf': 0 }, 0.015],
  ['the first bucket begins at zero', 0.5, { '0.01': 10, '+Inf': 0 }, 0.005],
  ['the end of a bucket', 0.5, { '0.01': 5, '0.02': 0, '0.03': 5, '+Inf': 0 }, 0.01],
  ['bounds in no order', 0.75, { '1': 5, '5': 5, '0.5': 10, '+Inf': 0 }, 1],
  ['above the last bound, of which no more is known', 0.99, { '10': 1, '+Inf': 9 }, 10],
])('%s', (_, share, durations, seconds) => {
  expect(quantile(share, durations)).toBeCloseTo(seconds, 12)
})

test('of nothing there is none', () => {
  expect(quantile(0.5, {})).toBe(undefined)
  expect(quantile(0.5, { '0.01': 0, '+Inf': 0 })).toBe(undefined)
})

test('is in the bucket of the request of that rank, and grows with the share', () => {
  const bounds = [0.001, 0.01, 0.1, 1]
  const durations = fc.array(fc.double({ min: 0.0001, max: 0.99, noNaN: true }), { minLength: 1, maxLength: 50 })
  fc.assert(
    fc.property(durations, fc.double({ min: 0.01, max: 1, noNaN: true }), (all, share) => {
      const sorted = all.toSorted((one, other) => one - other)
      const at = (index: number): number => bounds.findIndex((bound) => (sorted[index] ?? 0) <= bound)
      const counts = Object.fromEntries(
        bounds.map((bound, place) => [bound, sorted.filter((_, index) => at(index) === place).length]),
      )
      const found = quantile(share, counts) ?? Number.NaN
      const place = at(Math.ceil(share * all.length) - 1)
      expect(found).toBeGreaterThanOrEqual(bounds[place - 1] ?? 0)
      expect(found).toBeLessThanOrEqual(bounds[place] ?? 0)
      expect(found).toBeGreaterThanOrEqual(quantile(share / 2, counts) ?? Number.NaN)
    }),
  )
})
