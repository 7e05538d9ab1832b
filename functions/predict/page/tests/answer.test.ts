import { expect, test } from 'vitest'

import { readAnswer, type Answer, type Refusal } from '../answer.ts'
import { timingsOf } from '../server-timing.ts'

const json = { 'content-type': 'application/json' }
const problem = { 'content-type': 'application/problem+json' }
const full = '{"title":"Too Many Requests","detail":"All hands are full."}'

function read(status: number, headers: Readonly<Record<string, string>>, body: string): Promise<Answer | Refusal> {
  const response = new Response(body, { status, headers, statusText: 'Some Reason' })
  return readAnswer(response, { type: 'image/png', body: '' }, performance.now())
}

test('an answer has the picture that the function made, and what it said of the time', async () => {
  const body = JSON.stringify({ digit: 7, probabilities: [1], modelVersion: '1', image: [0, 255, 128] })
  expect(await read(200, { ...json, 'server-timing': 'total;dur=1.5, cold;dur=63' }, body)).toEqual({
    digit: 7,
    probabilities: [1],
    modelVersion: '1',
    seen: Uint8ClampedArray.of(0, 255, 128),
    roundTripMs: expect.any(Number),
    timings: new Map(Object.entries({ total: 1.5, cold: 63 })),
  })
})

test('a problem says what it is, and when to ask again', async () => {
  expect(await read(429, { ...problem, 'retry-after': '2' }, full)).toEqual({
    title: 'Too Many Requests',
    detail: 'All hands are full. Asking again in 2 s.',
    retryAfterSeconds: 2,
    isPassing: true,
  })
})

test.each([
  [415, {}, false],
  [429, {}, true],
  [504, { 'retry-after': 'Wed, 21 Oct 2026 07:28:00 GMT' }, true],
])('a problem %d without a time may pass: %s', async (status, headers, isPassing) => {
  expect(await read(status, { ...problem, ...headers }, full)).toEqual({
    title: 'Too Many Requests',
    detail: 'All hands are full.',
    isPassing,
  })
})

test.each([
  [503, 'text/plain', 'upstream connect error'],
  [200, 'text/html', '<h1>Please log in</h1>'],
])('what is not from the function is no answer: %d %s', async (status, type, body) => {
  expect(await read(status, { 'content-type': type }, body)).toEqual({
    title: 'No answer',
    detail: `What leads to the function answered ${status} Some Reason.`,
    isPassing: true,
  })
})

test.each([
  [null, {}],
  ['total;dur=1.234, queue;dur=0.1,inference; dur=0.2', { total: 1.234, queue: 0.1, inference: 0.2 }],
  ['cache;desc="Cache Read";dur=23.2, miss', { cache: 23.2 }],
])('Server-Timing: %s', (header, timings) => {
  expect(Object.fromEntries(timingsOf(header))).toEqual(timings)
})
