import { afterEach, beforeEach, expect, test } from 'vitest'

import { configure } from '../settings/configuration.ts'
import type { FunctionInstance } from './instance.ts'
import type { RuntimeSettings } from '../settings/settings.ts'
import { callerOf, instanceOf, type Call } from '../testing/call.ts'
import { makeSample, type Sample } from '../testing/sample.ts'

let sample: Sample
let instance: FunctionInstance
let call: Call

beforeEach(() => {
  sample = makeSample()
  instance = instanceOf(sample.function)
  call = callerOf(instance)
})

afterEach(async () => {
  sample.gate.open()
  await instance.close()
})

function settingsOf(preset: Readonly<Record<string, unknown>>): RuntimeSettings {
  const { definition } = sample.function
  return configure(definition.name, definition.settings, { env: {}, preset: { logLevel: 'silent', ...preset } })
    .settings
}

test('after a reload requests see the new settings', async () => {
  expect((await call('GET /greeting')).body).toEqual({ greeting: 'hello' })
  await instance.reload(settingsOf({ greeting: 'good evening' }))
  expect((await call('GET /greeting')).body).toEqual({ greeting: 'good evening' })
})

test('what was held is closed only after the requests that use it, which see the old settings to their end', async () => {
  const waiting = call('GET /wait')
  await sample.gate.holds(1)
  await instance.reload(settingsOf({ greeting: 'good evening' }))
  expect((await call('GET /greeting')).body).toEqual({ greeting: 'good evening' })
  expect(sample.held).toMatchObject([
    { greeting: 'hello', isClosed: false },
    { greeting: 'good evening', isClosed: false },
  ])
  sample.gate.open()
  expect((await waiting).body).toEqual({ greeting: 'hello' })
  await expect.poll(() => sample.held.map(({ isClosed }) => isClosed)).toEqual([true, false])
})

test('a reload with which the function does not open changes nothing', async () => {
  await call('GET /greeting')
  await expect(instance.reload(settingsOf({ greeting: 'broken' }))).rejects.toThrow('does not open')
  expect((await call('GET /greeting')).body).toEqual({ greeting: 'hello' })
  expect(sample.held).toMatchObject([{ isClosed: false }])
})

test('of many reloads at once nothing stays open but what is used', async () => {
  await instance.open()
  const settings = ['one', 'two', 'three'].map((greeting) => settingsOf({ greeting }))
  await Promise.all(settings.map((each) => instance.reload(each)))
  const { body } = await call('GET /greeting')
  await expect
    .poll(() => sample.held.filter(({ isClosed }) => !isClosed))
    .toMatchObject([{ ...(body as object), isClosed: false }])
})

test('closing waits for what earlier settings had opened too', async () => {
  const waiting = call('GET /wait')
  await sample.gate.holds(1)
  await instance.reload(settingsOf({ greeting: 'good evening' }))
  const closed = instance.close()
  expect(sample.held).toMatchObject([{ isClosed: false }, {}])
  sample.gate.open()
  await waiting
  await closed
  expect(sample.held).toMatchObject([{ isClosed: true }, { isClosed: true }])
})

test('the limit of requests in flight is that of the settings that hold now', async () => {
  await instance.reload(settingsOf({ limits: { inFlight: 1 } }))
  const waiting = call('GET /wait')
  await sample.gate.holds(1)
  expect(await call('GET /greeting')).toMatchObject({ status: 429, headers: { 'retry-after': '1' } })
  expect((await call('GET /readyz')).status).toBe(200)
  await instance.reload(settingsOf({ limits: { inFlight: 2 } }))
  expect((await call('GET /greeting')).status).toBe(200)
  sample.gate.open()
  expect((await waiting).status).toBe(200)
  expect(instance.inFlight).toBe(0)
})

function post(letters: number): ReturnType<Call> {
  return call('POST /words', { body: { word: 'x'.repeat(letters) } })
}

test('the bodies in flight are limited together, and one is always taken', async () => {
  await instance.reload(settingsOf({ limits: { inFlightBytes: 100_000 } }))
  const answers = await Promise.all([post(60_000), post(30_000), post(30_000), post(10)])
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 429, 200])
  expect(answers[2]?.headers['retry-after']).toBe('1')
  expect((await post(200_000)).status).toBe(200)
  expect((await post(60_000)).status).toBe(200)
})

test('what fails is not in flight any more', async () => {
  for (const request of ['GET /fail', 'GET /bytes/x', 'GET /greeting?%'] as const) await call(request)
  expect(instance.inFlight).toBe(0)
})

test('a function owns its own paths, not those that all have', () => {
  expect(['/greeting', '/words/one', '/wait'].map((path) => instance.owns(path))).toEqual([true, true, true])
  expect(['/healthz', '/nothing', '/%', '*', ''].map((path) => instance.owns(path))).toEqual([
    false,
    false,
    false,
    false,
    false,
  ])
})
