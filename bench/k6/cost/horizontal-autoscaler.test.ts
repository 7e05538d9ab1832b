import { expect, test } from 'vitest'

import { replicasOver } from './horizontal-autoscaler.ts'

const rule = { perPod: 10, min: 2, max: 20 }

/** @param stretches seconds, and requests in each of them */
function ratesOf(...stretches: readonly (readonly [seconds: number, rate: number])[]): number[] {
  return stretches.flatMap(([seconds, rate]) => Array.from({ length: seconds }, () => rate))
}

test('without load there is the least', () => {
  expect(new Set(replicasOver(ratesOf([600, 0]), rule))).toEqual(new Set([2]))
})

test('as many pods come as carry the load, at the next look', () => {
  const replicas = replicasOver(ratesOf([60, 45]), rule)
  expect([replicas[14], replicas[15], replicas[59]]).toEqual([2, 5, 5])
})

test('at a look there come as many pods as there are, or four', () => {
  const replicas = replicasOver(ratesOf([60, 1000]), rule)
  expect([0, 15, 30, 45].map((second) => replicas[second])).toEqual([2, 6, 12, 20])
})

test('a tenth more than they carry makes no difference', () => {
  expect(replicasOver(ratesOf([60, 21.9]), rule)[59]).toBe(2)
  expect(replicasOver(ratesOf([60, 23]), rule)[59]).toBe(3)
})

test('pods stay for five minutes after they were needed', () => {
  const replicas = replicasOver(ratesOf([60, 45], [400, 0]), rule)
  expect([replicas[60], replicas[340], replicas[361]]).toEqual([5, 5, 2])
})
