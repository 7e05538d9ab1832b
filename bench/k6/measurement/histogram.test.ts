import * as fc from 'fast-check'
import { expect, test } from 'vitest'

import { Histogram } from './histogram.ts'

function histogramOf(durations: readonly number[]): Histogram {
  const histogram = new Histogram()
  for (const duration of durations) histogram.add(duration)
  return histogram
}

test('without answers there is no quantile', () => {
  expect(new Histogram().quantile(0.5)).toBeUndefined()
})

test('a quantile is within two hundredths of the true one', () => {
  const durations = fc.array(fc.double({ min: 0.2, max: 60_000, noNaN: true }), { minLength: 1, maxLength: 200 })
  fc.assert(
    fc.property(durations, fc.constantFrom(0.01, 0.5, 0.95, 0.99, 1), (all, share) => {
      const sorted = all.toSorted((one, other) => one - other)
      const exact = sorted[Math.max(1, Math.ceil(share * all.length)) - 1] ?? Number.NaN
      const estimated = histogramOf(all).quantile(share) ?? Number.NaN
      expect(Math.abs(estimated - exact) / exact).toBeLessThan(0.0201)
    }),
  )
})

test('what was merged is as what was added', () => {
  const merged = histogramOf([1, 20])
  merged.merge(histogramOf([300, 4000]))
  const added = histogramOf([1, 20, 300, 4000])
  expect([merged.count, merged.max]).toEqual([4, 4000])
  for (const share of [0.25, 0.5, 0.75, 1]) expect(merged.quantile(share)).toBe(added.quantile(share))
})
