import { expect, test } from 'vitest'

import { Timeline } from './timeline.ts'

test('what happens stands in its second', () => {
  const timeline = new Timeline(1000)
  timeline.at(1000).sent += 1
  timeline.at(1999).sent += 1
  timeline.at(3500).sent += 1
  expect(timeline.intervals.map(({ sent }) => sent)).toEqual([2, 0, 1])
})

test('what comes before the begin belongs to it', () => {
  const timeline = new Timeline(1000)
  timeline.at(900).sent += 1
  expect(timeline.intervals.map(({ sent }) => sent)).toEqual([1])
})

test('a load that is longer than expected loses no count, and has no more intervals', () => {
  const timeline = new Timeline(0, 10)
  for (let second = 0; second < 75; second += 1) {
    const interval = timeline.at(second * 1000)
    interval.sent += 1
    interval.durations.add(second + 1)
  }
  expect(timeline.intervalSeconds).toBe(8)
  expect(timeline.intervals.map(({ sent }) => sent)).toEqual([8, 8, 8, 8, 8, 8, 8, 8, 8, 3])
  expect(timeline.intervals.map(({ durations }) => durations.count)).toEqual([8, 8, 8, 8, 8, 8, 8, 8, 8, 3])
})

test('of intervals that become one, the last that was seen of the pods stays', () => {
  const timeline = new Timeline(0, 2)
  const scale = { wanted: 1, ready: 0, existing: 1, isActivatorInPath: true }
  timeline.at(0).scale = { predict: scale }
  timeline.at(1000).scale = { predict: { ...scale, ready: 1 } }
  timeline.at(2000).sent += 1
  expect(timeline.intervals.map(({ scale: { predict } }) => predict?.ready)).toEqual([1, undefined])
})
