import { expect, test } from 'vitest'

import { compare, type Series } from './comparison.ts'

function series(name: string, encoding: string, ...rates: readonly number[]): Series {
  const rounds = rates.map((requestsPerSecond) => ({ requestsPerSecond, p50Ms: 1, p99Ms: 2, memoryMB: 50 }))
  return { name: `${name}, ${encoding}`, encoding, rounds }
}

const ours = [series('predict', 'JSON', 200, 400), series('predict', 'octets', 400, 800)]

test('ratios are taken round by round, so that a machine that slows down changes none', () => {
  const text = compare(ours, [series('axum', 'JSON', 100, 200)])
  expect(text).toMatch(/predict, JSON \/ axum, JSON\s+2\.00\s+2\.00\s+2\.00\s+1\.00\s+1\.00\s+1\.00/)
  expect(text).toMatch(/predict, octets \/ axum, JSON\s+4\.00\s+4\.00\s+4\.00/)
})

test('octets are compared with JSON and with octets, JSON with JSON alone', () => {
  const text = compare(ours, [series('axum', 'octets', 100, 200)])
  expect(text).toContain('predict, octets / axum, octets')
  expect(text).not.toContain('predict, JSON / axum, octets')
})

test('ours are shown where every peer is left out', () => {
  expect(compare(ours, [])).toContain('predict, octets')
})
