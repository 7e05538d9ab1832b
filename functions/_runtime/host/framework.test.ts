import { once } from 'node:events'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'

import { http } from '@google-cloud/functions-framework'
import { getTestServer } from '@google-cloud/functions-framework/testing'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'

import { askOnce, type Answer } from '../testing/raw-connection.ts'
import { makeSample } from '../testing/sample.ts'
import { leaveRequestsToFunctions } from './framework.ts'

let server: Server
let port: number

beforeAll(async () => {
  vi.stubEnv('LOG_LEVEL', 'silent')
  vi.stubEnv('LIMITS_BODY_BYTES', '20')
  vi.stubEnv('SAMPLE_GREETING', 'good morning')
  http('sample', makeSample().function)
  server = getTestServer('sample').listen(0, '127.0.0.1')
  await once(server, 'listening')
  port = (server.address() as AddressInfo).port
})

afterAll(async () => {
  vi.unstubAllEnvs()
  server.close()
  server.closeAllConnections()
  await once(server, 'close')
})

function post(body: string): Promise<Answer> {
  return askOnce(port, { method: 'POST', target: '/words', headers: ['content-type: application/json'], body })
}

async function typeOf(target: string): Promise<string | undefined> {
  return (await askOnce(port, { target })).headers['content-type']
}

test('the settings come from the environment', async () => {
  expect((await askOnce(port, { target: '/greeting' })).body).toBe('{"greeting":"good morning"}')
})

test('a body that the framework has read already is read from it', async () => {
  expect(await post('{"word":"hello"}')).toMatchObject({ status: 200, body: '{"word":"hello"}' })
  expect(await post('{"word":"goodbye, all"}')).toMatchObject({ status: 413 })
})

test('what the framework would answer itself is left to the function, for as long as that is asked', async () => {
  expect(await typeOf('/favicon.ico')).not.toBe('application/problem+json')
  const stop = leaveRequestsToFunctions()
  try {
    expect(await typeOf('/favicon.ico')).toBe('application/problem+json')
    expect((await post('{')).body).toContain('the text ends too early, at line 1, column 2')
  } finally {
    stop()
  }
  expect(await typeOf('/favicon.ico')).not.toBe('application/problem+json')
})
