import { expect, test } from 'vitest'

import { sampleIn } from './k6-sample.ts'

// As k6 1.8.1 writes them.
const answer =
  '{"metric":"http_req_duration","type":"Point","data":{"time":"2026-11-21T21:30:11.885357048Z","value":84.5,"tags":{"function":"predict","status":"200"}}}'

test('an answer is read with the time at which it came', () => {
  expect(sampleIn(answer)).toEqual({
    kind: 'answer',
    function: 'predict',
    endedAtMs: Date.parse('2026-11-21T21:30:11.885Z'),
    durationMs: 84.5,
    status: 200,
    errorCode: '',
  })
})

test('a request that nobody answered has status 0 and the code of its error', () => {
  const refused = answer.replace('"status":"200"', '"status":"0","error_code":"1212"')
  expect(sampleIn(refused)).toMatchObject({ kind: 'answer', status: 0, errorCode: '1212' })
})

test('starts and requests that were not sent are read', () => {
  const at = '"time":"2026-11-21T21:30:11Z"'
  const start = `{"metric":"cold_start","type":"Point","data":{${at},"value":61.2,"tags":{"function":"predict"}}}`
  const dropped = `{"metric":"dropped_iterations","type":"Point","data":{${at},"value":3,"tags":{"scenario":"load"}}}`
  const atMs = Date.parse('2026-11-21T21:30:11Z')
  expect(sampleIn(start)).toEqual({ kind: 'start', atMs })
  expect(sampleIn(dropped)).toEqual({ kind: 'dropped', atMs, count: 3 })
})

test.each([
  ['what a script asked that is no function', answer.replace('"function":"predict",', '')],
  ['another metric', answer.replace('http_req_duration', 'http_req_waiting')],
  [
    'what a metric is',
    '{"type":"Metric","data":{"name":"http_req_duration","type":"trend"},"metric":"http_req_duration"}',
  ],
  ['the summary', '     http_reqs................: 4       248.811087/s'],
  ['nothing', ''],
])('%s has no place in a report', (_, line) => {
  expect(sampleIn(line)).toBeUndefined()
})
