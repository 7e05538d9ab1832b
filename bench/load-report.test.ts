import { expect, test } from 'vitest'

import { parseLoadReport } from './load-report.ts'

const figures = { requests: 30_000, durationUs: 3_000_000, p50Us: 1500, p99Us: 2250, statusErrors: 0, socketErrors: 0 }

/** As wrk prints it: its own report, then the script's line. */
function printed(changes: Partial<typeof figures> = {}): string {
  return `Running 3s test @ http://127.0.0.1:8080/predict\nRequests/sec:  10000.00\n${JSON.stringify({ ...figures, ...changes })}\n`
}

test('a load is read in requests a second and milliseconds', () => {
  expect(parseLoadReport(printed())).toEqual({ requestsPerSecond: 10_000, p50Ms: 1.5, p99Ms: 2.25 })
})

test.each([
  ['a refusal', { statusErrors: 1 }, /1 were refused/],
  ['a broken connection', { socketErrors: 2 }, /2 failed on the socket/],
  ['no answer at all', { requests: 0 }, /No request was answered/],
])('%s makes the figures worthless', (_, changes, reason) => {
  expect(() => parseLoadReport(printed(changes))).toThrow(reason)
})
