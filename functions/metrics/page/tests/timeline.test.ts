import { expect, test } from 'vitest'

import { Timeline } from '../timeline.ts'

test('has a line for each name, which begins when it was first seen', () => {
  const timeline = new Timeline()
  timeline.add(100, { configs: 1 })
  timeline.add(103, { configs: 2, predict: 5 })
  timeline.add(106, { predict: undefined })
  expect(timeline.names).toEqual(['configs', 'predict'])
  expect(timeline.columns()).toEqual([
    [100, 103, 106],
    [1, 2, null],
    [null, 5, null],
  ])
})

test('no line goes through a silence', () => {
  const timeline = new Timeline()
  timeline.add(100, { configs: 1 })
  timeline.add(115, { configs: 2 })
  timeline.add(145, { configs: 3 })
  expect(timeline.columns()).toEqual([
    [100, 115, 130, 145],
    [1, 2, null, 3],
  ])
})

test('keeps ten minutes, and times that grow', () => {
  const timeline = new Timeline()
  timeline.add(0, { configs: 1 })
  timeline.add(10, { configs: 2 })
  timeline.add(605, { configs: 3 })
  expect(timeline.columns()[0]).toEqual([10, 307.5, 605])
  // The clock of the machine was set back.
  timeline.add(300, { configs: 4 })
  expect(timeline.columns()[0]).toEqual([10, 155, 300])
})
