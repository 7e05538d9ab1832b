import { afterEach, beforeEach, expect, test } from 'vitest'

import { callerOf, instanceOf, type Received } from '../../_runtime/testing/call.ts'
import { makeSample } from '../../_runtime/testing/sample.ts'
import { startHost } from '../../_runtime/testing/test-host.ts'
import { unusedPort } from '../../_runtime/testing/unused-port.ts'
import { health } from '../index.ts'
import { ApiStandIn } from '../testing/api-stand-in.ts'

let api: ApiStandIn
const atEnd: (() => Promise<unknown>)[] = []

beforeEach(async () => {
  api = new ApiStandIn()
  await api.start()
})

afterEach(async () => {
  await Promise.all(atEnd.splice(0).map((end) => end()))
  await api.stop()
})

/** The function, as it asks the API of this test. */
function open(settings: Readonly<Record<string, unknown>> = {}, kubernetes: Readonly<Record<string, unknown>> = {}) {
  const access = { ...api.settings, ...kubernetes }
  const instance = instanceOf(health, { kubernetes: access, services: { predict: 'predict' }, ...settings })
  atEnd.push(() => instance.close())
  const call = callerOf(instance)
  return (target: `/${string}` = '/health'): Promise<Received> => call(`GET ${target}`)
}

test('functions at zero are idle, and only the API was asked', async () => {
  api.deploy({ name: 'predict' })
  const { status, body } = await open()()
  expect(status).toBe(200)
  expect(body).toMatchObject({
    state: 'idle',
    source: 'kubernetes',
    wakes: false,
    functions: { predict: { state: 'idle', revision: 'predict-00001', pods: { wanted: 0, ready: 0 } } },
  })
  const { services, autoscalers } = api.paths
  expect(api.asked.map(({ path }) => path).toSorted()).toEqual([autoscalers, services])
  expect(api.asked[0]?.headers.authorization).toBe('Bearer first')
})

test('some at zero beside others that run are ready together', async () => {
  api.deploy({ name: 'predict' }, { name: 'configs', wanted: 1, ready: 1 })
  const { body } = await open({ services: { predict: 'predict', configs: 'configs' } })()
  expect(body).toMatchObject({ state: 'ready' })
})

test('what the API said is told for a while, and then it is asked anew, with the token of then', async () => {
  api.deploy({ name: 'predict' })
  const patient = open({}, { cacheMs: 3_600_000 })
  await Promise.all([patient(), patient(), patient()])
  await patient()
  expect(api.asked).toHaveLength(2)
  const hasty = open({}, { cacheMs: 1 })
  await hasty()
  api.token = 'second'
  await expect
    .poll(async () => {
      await hasty()
      return api.asked.at(-1)?.headers.authorization
    })
    .toBe('Bearer second')
})

test('pods are asked for when some are missing', async () => {
  api.deploy({ name: 'predict', wanted: 1, failure: 'ErrImagePull' })
  const { status, body } = await open()()
  expect(status).toBe(503)
  expect(body).toMatchObject({
    functions: { predict: { state: 'down', reason: 'Pod predict-00001-x: user-container: ErrImagePull.' } },
  })
  expect(api.asked.map(({ path }) => path)).toContain(api.paths.pods)
})

test('a function that is not deployed is unknown, and is not missed unless it is required', async () => {
  api.deploy({ name: 'predict' })
  const both = { predict: 'predict', metrics: 'shop-metrics' }
  expect(await open({ services: both })()).toMatchObject({
    status: 200,
    body: { functions: { metrics: { state: 'unknown', reason: 'There is no Knative Service named "shop-metrics".' } } },
  })
  expect(await open({ services: both, required: 'metrics' })()).toMatchObject({
    status: 503,
    body: { state: 'unknown' },
  })
})

test('?deep=true asks the functions themselves, and says that it wakes them', async () => {
  const host = await startHost(makeSample().function, { logLevel: 'silent', greeting: 'broken' })
  atEnd.push(() => host.stop())
  api.deploy({ name: 'predict', address: `http://127.0.0.1:${host.port}` })
  const { status, body } = await open()('/health?deep=true')
  expect(status).toBe(503)
  expect(body).toMatchObject({
    wakes: true,
    functions: { predict: { state: 'degraded', revision: 'predict-00001', durationMs: expect.any(Number) } },
  })
})

test.each([
  [401, 'The Kubernetes API does not know the token of this function (401).'],
  [
    403,
    'The service account of this function may not list services in namespace shop (403): it needs a role that lets it.',
  ],
  [404, 'The Kubernetes API has no services (404): Knative Serving is not installed.'],
  [500, 'The Kubernetes API answers 500 where its services are asked for.'],
])('an API that answers %i leaves everything unknown, with the reason', async (status, reason) => {
  api.deploy({ name: 'predict' })
  api.answers[api.paths.services] = { status, body: {} }
  expect(await open()()).toMatchObject({
    status: 503,
    body: { state: 'unknown', reason, functions: { predict: { state: 'unknown', reason } } },
  })
})

test.each([429, 503])(
  'what the API said before is told while it answers %i, with why and since when',
  async (status) => {
    api.deploy({ name: 'predict' })
    const ask = open({}, { cacheMs: 1 })
    const { body: before } = await ask()
    const { [api.paths.services]: said } = api.answers
    api.answers[api.paths.services] = { status, body: {} }
    const reason = `The Kubernetes API answers ${status} where its services are asked for. This is what it said before.`
    await expect.poll(() => ask()).toMatchObject({ status: 200, body: { ...(before as object), reason } })
    if (said) api.answers[api.paths.services] = said
    await expect.poll(async () => (await ask()).body).not.toHaveProperty('reason')
  },
)

test('what the API refuses is told at once, whatever it said before', async () => {
  api.deploy({ name: 'predict' })
  const ask = open({}, { cacheMs: 1 })
  await ask()
  api.answers[api.paths.services] = { status: 403, body: {} }
  await expect.poll(() => ask()).toMatchObject({ status: 503, body: { state: 'unknown' } })
})

test('an API that is not there leaves everything unknown', async () => {
  const nowhere = `http://127.0.0.1:${await unusedPort()}`
  expect(await open({}, { url: nowhere })()).toMatchObject({
    status: 503,
    body: { state: 'unknown', reason: 'The Kubernetes API does not answer: ECONNREFUSED.' },
  })
})

test.each([[{ items: [{ metadata: 5 }] }], [{}], [[]], ['text']])(
  'an answer of another form leaves everything unknown: %j',
  async (body) => {
    api.deploy({ name: 'predict' })
    api.answers[api.paths.autoscalers] = { status: 200, body }
    expect(await open()()).toMatchObject({
      body: { reason: 'The Kubernetes API answers podautoscalers of a form that is not known here.' },
    })
  },
)

test('addresses that are set are asked instead of Kubernetes', async () => {
  const host = await startHost(makeSample().function, { logLevel: 'silent' })
  atEnd.push(() => host.stop())
  const { body } = await open({ targets: { one: `http://127.0.0.1:${host.port}` } })()
  expect(body).toMatchObject({ source: 'addresses', functions: { one: { state: 'ready' } } })
  expect(api.asked).toEqual([])
})
