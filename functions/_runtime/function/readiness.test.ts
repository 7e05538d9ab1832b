import { afterEach, expect, test, vi } from 'vitest'

import { serviceUnavailable } from '../reply/problem.ts'
import { askAll } from './readiness.ts'

afterEach(() => {
  vi.useRealTimers()
})

const nobody = (): void => {}
const ok = { status: 'ok', durationMs: expect.any(Number) }

test('every check is named with how it went', async () => {
  const checks = await askAll({ one: () => {}, two: async () => 'fine' }, nobody)
  expect(checks).toEqual({ one: ok, two: ok })
})

test('a function without checks has none', async () => {
  expect(await askAll({}, nobody)).toEqual({})
})

test('what a problem says was written for strangers', async () => {
  const checks = await askAll(
    { database: () => Promise.reject(serviceUnavailable('The database is away.', 2)), other: () => {} },
    nobody,
  )
  expect(checks).toMatchObject({
    database: { status: 'failed', detail: 'The database is away.' },
    other: { status: 'ok' },
  })
})

test('what any other error says is for the log alone', async () => {
  const reported: unknown[] = []
  const error = new Error('connect to user:hunter2@database failed')
  const fail = (): never => {
    throw error
  }
  const checks = await askAll({ database: fail }, (...report) => reported.push(report))
  expect(checks).toMatchObject({ database: { status: 'failed', detail: 'The check failed; the log says why.' } })
  expect(reported).toEqual([['database', error]])
})

test('a check that does not answer has failed after two seconds, and the others are asked meanwhile', async () => {
  vi.useFakeTimers()
  const checks = askAll({ stuck: () => new Promise(() => {}), quick: () => {} }, nobody)
  await vi.advanceTimersByTimeAsync(2000)
  expect(await checks).toMatchObject({
    stuck: { status: 'failed', detail: 'No answer in 2000 ms.' },
    quick: { status: 'ok' },
  })
})

test('checks leave no timer behind', async () => {
  vi.useFakeTimers()
  await askAll({ one: () => {}, two: () => Promise.reject(new Error('no')) }, nobody)
  expect(vi.getTimerCount()).toBe(0)
})
