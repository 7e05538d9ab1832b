import { expect, test } from 'vitest'

import { Meter } from '../rates.ts'
import type { Counts, Totals } from '../totals.ts'

function totals(requests: Readonly<Record<string, Counts>>): Totals {
  const functions = Object.entries(requests).map(([name, counts]) => {
    return [name, { requests: counts, durations: { '0.01': counts['2xx'] ?? 0, '+Inf': 0 }, processes: 1 }]
  })
  return { functions: Object.fromEntries(functions) }
}

test('a rate is what totals have grown over the last 30 s', () => {
  const meter = new Meter()
  meter.note(0, totals({ configs: { '2xx': 1000 } }))
  meter.note(15_000, totals({ configs: { '2xx': 1300 } }))
  expect(meter.note(30_000, totals({ configs: { '2xx': 1600 } }))?.all.requests).toBe(20)
  expect(meter.note(45_000, totals({ configs: { '2xx': 1600 } }))?.all.requests).toBe(10)
  expect(meter.note(60_000, totals({ configs: { '2xx': 1600 } }))?.all).toMatchObject({ requests: 0, p95: undefined })
})

test('none is told before it can be', () => {
  const meter = new Meter()
  expect(meter.note(0, totals({ configs: { '2xx': 5 } }))).toBe(undefined)
  expect(meter.note(14_999, totals({ configs: { '2xx': 500 } }))).toBe(undefined)
  expect(meter.note(15_000, totals({ configs: { '2xx': 500 } }))).toBeDefined()
})

test('a function of which nothing was counted before has grown from nothing', () => {
  const meter = new Meter()
  meter.note(0, totals({ configs: { '2xx': 10 } }))
  const rates = meter.note(20_000, totals({ configs: { '2xx': 10 }, predict: { '2xx': 40, '4xx': 20, '5xx': 10 } }))
  expect(rates?.functions['configs']).toMatchObject({ requests: 0, refused: 0, failed: 0 })
  expect(rates?.functions['predict']).toMatchObject({ requests: 3.5, refused: 1, failed: 0.5, p50: 0.005 })
  expect(rates?.all).toEqual(rates?.functions['predict'])
})

test('after a silence a rate is over all of it', () => {
  const meter = new Meter()
  meter.note(0, totals({ configs: { '2xx': 0 } }))
  meter.note(600_000, totals({ configs: { '2xx': 600 } }))
  expect(meter.note(603_000, totals({ configs: { '2xx': 603 } }))?.all.requests).toBe(1)
})

test('where totals are less, it is another database, and all begins anew', () => {
  const meter = new Meter()
  meter.note(0, totals({ configs: { '2xx': 1000 } }))
  expect(meter.note(20_000, totals({ configs: { '2xx': 10 } }))).toBe(undefined)
  expect(meter.note(40_000, totals({ configs: { '2xx': 30 } }))?.all.requests).toBe(1)
  expect(meter.note(45_000, totals({}))).toBe(undefined)
})
