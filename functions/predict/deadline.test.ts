import { expect, test } from 'vitest'

import { deadlineOf } from './deadline.ts'

test.for([
  ['nothing', {}, 10_000],
  ['Prefer: wait', { prefer: 'wait=2' }, 2000],
  ['Prefer: wait among others', { prefer: 'respond-async, wait=2, handling=lenient' }, 2000],
  ['Prefer: wait in quotes', { prefer: 'wait="3"' }, 3000],
  ['Prefer: wait of nothing', { prefer: 'wait=0' }, 0],
  ['a longer Prefer: wait', { prefer: 'wait=60' }, 10_000],
  ['a text that looks like it', { prefer: 'foo="x, wait=0", wait=9' }, 9000],
  ['another preference', { prefer: 'await=2' }, 10_000],
  ['a preference that is no number', { prefer: 'wait=soon' }, 10_000],
  ['what Envoy says', { 'x-envoy-expected-rq-timeout-ms': '1500' }, 1500],
  ['what Envoy says when it never gives up', { 'x-envoy-expected-rq-timeout-ms': '0' }, 10_000],
  ['both', { prefer: 'wait=1', 'x-envoy-expected-rq-timeout-ms': '1500' }, 1000],
] as const)('%s', ([, headers, expectedMs]) => {
  expect(deadlineOf({ headers, arrivedAt: 100 }, 10_000)).toBe(100 + expectedMs)
})

test('what the body says counts as well', () => {
  expect(deadlineOf({ headers: { prefer: 'wait=1' }, arrivedAt: 0 }, 10_000, 250)).toBe(250)
})
