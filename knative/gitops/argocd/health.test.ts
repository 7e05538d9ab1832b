import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import { afterAll, beforeAll, expect, test } from 'vitest'
import { type LuaEngine, LuaFactory } from 'wasmoon'

const script = readFileSync(join(import.meta.dirname, 'health.lua'), 'utf8')
let lua: LuaEngine

beforeAll(async () => {
  lua = await new LuaFactory().createEngine()
})

afterAll(() => lua.global.close())

/** What Argo CD would think of a Knative Service. */
async function healthOf(status: object | undefined): Promise<unknown> {
  lua.global.set('obj', { metadata: { generation: 2 }, status })
  return lua.doString(script)
}

function ready(condition: object, observedGeneration = 2): object {
  return {
    observedGeneration,
    latestReadyRevisionName: 'configs-00002',
    conditions: [
      { type: 'ConfigurationsReady', status: 'True' },
      { type: 'Ready', ...condition },
    ],
  }
}

test.each([
  ['one that Knative has not seen', undefined, 'Progressing', 'Knative has not seen it yet.'],
  ['one whose last revision was ready', ready({ status: 'True' }, 1), 'Progressing', 'Knative has not seen it yet.'],
  ['one that becomes ready', ready({ status: 'Unknown', message: 'Deploying.' }), 'Progressing', 'Deploying.'],
  ['one that is ready', ready({ status: 'True' }), 'Healthy', 'configs-00002 serves.'],
  ['one that failed', ready({ status: 'False', message: 'No such image.' }), 'Degraded', 'No such image.'],
  ['one that does not say why', ready({ status: 'False', reason: 'Broken' }), 'Degraded', 'Broken'],
  ['one without conditions', { observedGeneration: 2 }, 'Progressing', 'Knative has not seen it yet.'],
])('%s', async (_, status, expected, message) => {
  expect(await healthOf(status)).toEqual({ status: expected, message })
})
