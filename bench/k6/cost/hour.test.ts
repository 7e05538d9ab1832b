import { expect, test } from 'vitest'

import { measurementOf } from '../testing/measurement.ts'
import { hourCosts } from './hour.ts'

const rule = { perPod: 20, min: 2, max: 10 }

test('an hour costs what the load cost, as often as it comes, and what is between costs nothing', () => {
  const costs = hourCosts(measurementOf('mixed', ['predict', 'configs']), 4, rule)
  expect(costs).toEqual([
    { name: 'predict', knative: 480, leastReplicas: 7200, byRule: 7200 },
    { name: 'configs', knative: 480, leastReplicas: 7200, byRule: 7200 },
  ])
})

test('a Deployment that has to grow costs more than its least', () => {
  const [cost] = hourCosts(measurementOf('ramp'), 4, { ...rule, perPod: 8 })
  expect(cost?.byRule).toBeGreaterThan(7200 + 4 * 300)
})

test('what the load left is not guessed', () => {
  const measurement = measurementOf('ramp')
  const scale = { predict: { atBegin: 0, mostWanted: 1, mostReady: 1, atEnd: 1, podSeconds: 60 } }
  expect(() => hourCosts({ ...measurement, scale }, 4, rule)).toThrow(/pods of predict/)
  expect(() => hourCosts({ ...measurement, scale: {} }, 4, rule)).toThrow(/not of a cluster/)
  expect(() => hourCosts(measurement, 61, rule)).toThrow(/more than an hour/)
})
