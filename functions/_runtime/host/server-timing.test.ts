import { fileURLToPath } from 'node:url'

import { afterEach, beforeEach, expect, test } from 'vitest'

import type { Answer } from '../function/instance.ts'
import { arrivalOf, instanceOf } from '../testing/call.ts'
import { askOnce } from '../testing/raw-connection.ts'
import { makeSample } from '../testing/sample.ts'
import { ServerProcess } from '../testing/server-process.ts'

const script = fileURLToPath(new URL('../testing/sample-process.ts', import.meta.url))

let server: ServerProcess

beforeEach(() => {
  server = new ServerProcess([script], { HOST: '127.0.0.1', PORT: '0', DRAIN_LISTEN_MS: '0' })
})

afterEach(() => server.kill())

/** The durations that an answer states, in milliseconds by name. */
async function timingOf(target: string): Promise<Record<string, number>> {
  const { headers } = await askOnce(await server.port(), { target })
  const entries = (headers['server-timing'] ?? '').split(', ').map((entry) => entry.split(';dur='))
  return Object.fromEntries(entries.map(([name, duration]) => [name, Number(duration)]))
}

test('the first answer of a process is cold, those after it and those of a probe are not', async () => {
  expect(Object.keys(await timingOf('/healthz'))).toEqual(['total'])
  const first = await timingOf('/greeting')
  expect(Object.keys(first)).toEqual(['total', 'cold'])
  expect(first['cold']).toBeGreaterThan(first['total'] ?? Infinity)
  expect(Object.keys(await timingOf('/greeting'))).toEqual(['total'])
})

test('what a handler says of its time is in the answer', async () => {
  expect(await timingOf('/work/3')).toMatchObject({ total: expect.any(Number), work: 3 })
})

test('all that come before the first answer are cold, and what comes long after the start is not', async () => {
  const sample = makeSample()
  const instance = instanceOf(sample.function)
  const ask = async (request: string): Promise<Answer> => instance.answer(arrivalOf(request, {}, 20))
  const cold = [ask('GET /wait'), ask('GET /greeting')]
  await sample.gate.holds(1)
  const late = await instanceOf(makeSample().function).answer(arrivalOf('GET /greeting', {}, 60_000))
  sample.gate.open()
  expect((await Promise.all(cold)).map(({ isCold }) => isCold)).toEqual([true, true])
  expect((await instance.answer(arrivalOf('GET /greeting', {}, 30))).isCold).toBe(false)
  expect(late.isCold).toBe(false)
  await instance.close()
})
