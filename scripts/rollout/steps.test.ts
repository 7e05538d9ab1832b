import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import * as z from 'zod/mini'

import { Duration, durationText } from './duration.ts'
import { Steps } from './steps.ts'

function flawOf(text: string): string | undefined {
  return z.safeParse(Steps, text).error?.issues[0]?.message
}

test('steps are weights with pauses', () => {
  expect(z.parse(Steps, '10:30s, 50:manual,100')).toEqual([
    { weight: 10, pauseMs: 30_000, isManual: false },
    { weight: 50, pauseMs: 0, isManual: true },
    { weight: 100, pauseMs: 0, isManual: false },
  ])
  expect(z.parse(Steps, '100')).toHaveLength(1)
})

test.each([
  ['10:30s,50:30s', 'Expected the last step to be 100'],
  ['50,10,100', 'Expected weights that grow, and 10 comes after 50'],
  ['0,100', 'Expected a weight from 1 to 100 and a pause, such as 10:30s, not "0"'],
  ['10:soon,100', 'Expected a pause such as 30s or "manual", not "soon"'],
  ['10,100:30s', 'Expected no pause after 100: keep is how long the old revision is kept'],
  ['', 'Expected a weight from 1 to 100 and a pause, such as 10:30s, not ""'],
])('"%s" is refused', (text, message) => {
  expect(flawOf(text)).toBe(message)
})

test('a duration that is written is read as the same', () => {
  expect(z.parse(Duration, '1h1m1.5s')).toBe(3_661_500)
  expect(durationText(90_000)).toBe('1m30s')
  fc.assert(fc.property(fc.nat(), (ms) => z.parse(Duration, durationText(ms)) === ms))
  for (const text of ['', '5', 's', '1d', '-1s', '1 s']) expect(z.safeParse(Duration, text).success).toBe(false)
})
