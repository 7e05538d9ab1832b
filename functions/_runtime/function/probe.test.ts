import { afterEach, beforeEach, expect, test } from 'vitest'

import { defineFunction } from './function.ts'
import type { FunctionInstance } from './instance.ts'
import { ok } from '../reply/reply.ts'
import { route } from './route.ts'
import { RuntimeSettings } from '../settings/settings.ts'
import { callerOf, instanceOf, type Call } from '../testing/call.ts'
import { Gate } from '../testing/gate.ts'

let gate: Gate
let instance: FunctionInstance
let call: Call

beforeEach(() => {
  gate = new Gate()
  const probed = defineFunction({
    name: 'probed',
    summary: 'Has probes of its own.',
    example: 'curl $URL/alive',
    settings: RuntimeSettings,
    open: () => ({ isOpen: true }),
    routes: {
      'GET /alive': route({ summary: 'Lives.', probe: 'liveness', replies: {} }, (_request, held) => ok(held)),
      'GET /ready': route({ summary: 'Is ready.', probe: 'readiness', replies: {} }, (_request, held) => ok(held)),
      'GET /work': route({ summary: 'Waits.', replies: {} }, async () => {
        await gate.pass()
        return ok({})
      }),
    },
  })
  instance = instanceOf(probed, { limits: { inFlight: 1 } })
  call = callerOf(instance)
})

afterEach(async () => {
  gate.open()
  await instance.close()
})

test('probes are answered with what is held, however busy the process is, and count for nothing', async () => {
  const working = call('GET /work')
  await gate.holds(1)
  expect((await call('GET /work')).status).toBe(429)
  for (const path of ['GET /alive', 'GET /ready'] as const) {
    expect(await call(path)).toMatchObject({ status: 200, body: { isOpen: true } })
  }
  expect(instance.inFlight).toBe(1)
  gate.open()
  await working
})

test('a process that drains is alive, and not ready', async () => {
  instance.drain()
  expect((await call('GET /alive')).status).toBe(200)
  expect(await call('GET /ready')).toMatchObject({ status: 503, headers: { 'retry-after': '1' } })
  const working = call('GET /work')
  await gate.holds(1)
  gate.open()
  expect((await working).status).toBe(200)
})
