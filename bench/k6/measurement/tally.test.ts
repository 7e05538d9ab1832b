import { expect, test } from 'vitest'

import type { K6Sample } from './k6-sample.ts'
import { Tally } from './tally.ts'

function answer(endedAtMs: number, durationMs: number, status = 200): K6Sample {
  return { kind: 'answer', function: 'predict', endedAtMs, durationMs, status, errorCode: status === 0 ? '1050' : '' }
}

const one = { wanted: 1, ready: 1, existing: 1, isActivatorInPath: false }

test('a wait stands where it began, and the answer where it came', () => {
  const tally = new Tally(0)
  tally.see(answer(2500, 2000))
  expect(tally.moments().map(({ offered, achieved, latency }) => [offered, achieved, latency.max])).toEqual([
    [1, 0, 2000],
    [0, 0, undefined],
    [0, 1, undefined],
  ])
})

test('failures are counted by their kind', () => {
  const tally = new Tally(0)
  for (const status of [503, 0, 503, 200, 404]) tally.see(answer(100, 10, status))
  expect(tally.totals()).toMatchObject({
    requests: 5,
    succeeded: 1,
    failures: { 'status 503': 2, 'k6 error 1050': 1, 'status 404': 1 },
  })
  expect(tally.moments().map(({ failed }) => failed)).toEqual([4])
})

test('what was due and not sent is offered all the same', () => {
  const tally = new Tally(0)
  tally.see(answer(500, 10))
  tally.see({ kind: 'dropped', atMs: 700, count: 4 })
  expect(tally.moments().map(({ offered, achieved }) => [offered, achieved])).toEqual([[5, 1]])
  expect(tally.totals()).toMatchObject({ requests: 1, dropped: 4 })
})

test('on a cluster an answer is cold when its request found no pod, whatever its process says', () => {
  const tally = new Tally(0, (name, timeMs) => name === 'predict' && timeMs < 1000)
  tally.see(answer(2000, 1500))
  tally.see(answer(2000, 800))
  tally.see({ kind: 'start', atMs: 2000 })
  expect(tally.totals()).toMatchObject({ cold: 1, starts: 1, coldLatency: { max: 1500 } })
  expect(tally.moments().map(({ cold }) => cold)).toEqual([1, 0, 0])
})

test('without a cluster an answer is cold when its process says so', () => {
  const tally = new Tally(0)
  tally.see(answer(500, 400))
  tally.see({ kind: 'start', atMs: 500 })
  expect(tally.totals()).toMatchObject({ cold: 1, starts: 1 })
})

test('pods are summed up from what was sampled, a second in which nobody looked as the one before', () => {
  const tally = new Tally(0)
  tally.sample(0, { predict: { ...one, ready: 0, existing: 0 } })
  tally.sample(1000, { predict: { ...one, wanted: 3 } })
  tally.sample(3000, { predict: { ...one, wanted: 2, ready: 2, existing: 4 } })
  expect(tally.scale()).toEqual({ predict: { atBegin: 0, mostWanted: 3, mostReady: 2, atEnd: 4, podSeconds: 6 } })
})
