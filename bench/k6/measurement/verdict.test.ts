import { expect, test } from 'vitest'

import { measurementOf } from '../testing/measurement.ts'
import { verdictOf } from './verdict.ts'

const passed = measurementOf('ramp')

function missed(judged: typeof passed, returnsToZero = true): string[] {
  const { isPassed, findings } = verdictOf(judged, returnsToZero)
  const texts = findings.filter(({ isMet }) => !isMet).map(({ text }) => text)
  expect(isPassed).toBe(texts.length === 0)
  return texts
}

test('a load of which all went well passes, and each finding says what is so', () => {
  const { isPassed, findings } = verdictOf(passed, true)
  expect(isPassed).toBe(true)
  expect(findings.map(({ text }) => text.replaceAll('\u00a0', ' '))).toEqual([
    'All 1,000 requests were answered with success.',
    'Each answer had what was asked for.',
    'Every request was sent when it was due.',
    '99 of 100 answers of predict took 60 ms at most; 3 s are allowed.',
    'predict had 0 pods at first and 3 at most, as many as the autoscaler wanted.',
    'predict went back to zero.',
  ])
})

test('what failed is told by its kind', () => {
  const totals = { ...passed.totals, succeeded: 988, failures: { 'status 503': 11, 'k6 error 1050': 1 } }
  expect(missed({ ...passed, totals })).toEqual(['12 of 1,000 requests failed: 11 of status 503, 1 of k6 error 1050.'])
})

test('nothing sent is no success', () => {
  const totals = { ...passed.totals, requests: 0, succeeded: 0 }
  expect(missed({ ...passed, totals })).toEqual(['No request was sent.'])
})

test('each threshold that was crossed is told', () => {
  const thresholds = passed.thresholds.map((threshold) => ({ ...threshold, isMet: false }))
  const totals = { ...passed.totals, dropped: 7 }
  expect(missed({ ...passed, totals, thresholds }).map((text) => text.replaceAll('\u00a0', ' '))).toEqual([
    'Not each answer had what was asked for.',
    '7 requests were due and not sent: k6 had no user free, since answers took too long.',
    '99 of 100 answers of predict took 60 ms at most; 3 s are allowed.',
  ])
})

test('a threshold that has no words here is told as k6 has it', () => {
  const thresholds = [{ metric: 'iteration_duration', rule: 'avg<5', isMet: false }]
  expect(missed({ ...passed, thresholds })).toEqual(['The threshold iteration_duration: avg<5 was crossed.'])
})

test('pods that were wanted and did not come, and pods that stay, are told', () => {
  const scale = { predict: { atBegin: 0, mostWanted: 5, mostReady: 3, atEnd: 1, podSeconds: 100 } }
  const came = 'predict had 0 pods at first and 3 at most, and the autoscaler wanted 5.'
  expect(missed({ ...passed, scale })).toEqual([came, 'predict still had 1 pod when the measurement ended.'])
  expect(missed({ ...passed, scale }, false)).toEqual([came])
})
