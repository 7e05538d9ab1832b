import { expect, test } from 'vitest'

import { PodHistory } from './pod-history.ts'

test('tells how many pods took requests at a time', () => {
  const history = new PodHistory()
  history.note('predict', 0, 1000)
  history.note('predict', 1, 3000)
  history.note('configs', 2, 3000)
  history.note('predict', 3, 4000)
  const times = [500, 1000, 2999, 3000, 3999, 4000, 9000]
  expect(times.map((time) => history.readyAt('predict', time))).toEqual([0, 0, 0, 1, 1, 3, 3])
  expect(history.readyAt('configs', 3500)).toBe(2)
})

test('what is older than any request is forgotten, but not what still was so then', () => {
  const history = new PodHistory()
  history.note('predict', 1, 0)
  history.note('predict', 2, 1000)
  history.note('predict', 3, 200_000)
  expect(history.readyAt('predict', 500)).toBe(0)
  expect(history.readyAt('predict', 100_000)).toBe(2)
})
