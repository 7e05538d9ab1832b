import { expect, test } from 'vitest'

import { compare, type Series } from './comparison.ts'

function series(name: string, load: string, ...rates: readonly number[]): Series {
  const rounds = rates.map((requestsPerSecond) => ({ requestsPerSecond, p50Ms: 1, p99Ms: 2, memoryMB: 50 }))
  return { name: `${name}, ${load}`, load, rounds }
}

const sameLoad = (own: Series, other: Series): boolean => own.load === other.load
const ours = [series('predict', 'JSON', 200, 400), series('predict', 'octets', 400, 800)]

test('ratios are taken round by round, so that a machine that slows down changes none', () => {
  const text = compare(ours, [series('axum', 'JSON', 100, 200)], () => true)
  expect(text).toMatch(/predict, JSON \/ axum, JSON\s+2\.00\s+2\.00\s+2\.00\s+1\.00\s+1\.00\s+1\.00/)
  expect(text).toMatch(/predict, octets \/ axum, JSON\s+4\.00\s+4\.00\s+4\.00/)
})

test('what is not comparable has no ratio', () => {
  const text = compare(ours, [series('axum', 'octets', 100, 200)], sameLoad)
  expect(text).toContain('predict, octets / axum, octets')
  expect(text).not.toContain('predict, JSON / axum, octets')
})

test('ours are shown where every peer is left out', () => {
  expect(compare(ours, [], sameLoad)).toContain('predict, octets')
})
