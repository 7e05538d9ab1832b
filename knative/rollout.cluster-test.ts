import { afterAll, beforeAll, expect, test, vi } from 'vitest'

import { revisionLabel } from '../scripts/cluster/objects.ts'
import { Load } from './testing/load.ts'
import { Namespace } from './testing/namespace.ts'
import { deployQuartet, names, type Quartet } from './testing/quartet.ts'
import { questions } from './testing/questions.ts'
import type { TestService } from './testing/service.ts'

let namespace: Namespace
let quartet: Quartet

beforeAll(async () => {
  namespace = await Namespace.create('rollout')
  quartet = await deployQuartet(namespace)
})

afterAll(() => namespace.remove())

test('a new revision is rolled out under load, and back, and every request is answered', async () => {
  const loads = names.map((name) => {
    // While pods of another function wait for room on the node, health says so with 503.
    const question = name === 'health' ? { path: '/version' } : questions[name]
    return Load.start(quartet.services[name], { clients: 4, ask: () => question, pauseMs: 50 })
  })
  await Promise.all(names.map((name) => rollOut(quartet.services[name])))
  await Promise.all(names.map((name) => onlyAtWork(quartet.services[name], `${name}-00002`)))
  await Promise.all(names.map((name) => rollBack(quartet.services[name])))
  await Promise.all(names.map((name) => onlyAtWork(quartet.services[name], `${name}-00001`)))
  const outcomes = await Promise.all(loads.map((load) => load.stop()))
  expect(Object.fromEntries(names.map((name, index) => [name, outcomes[index]?.faults]))).toEqual(
    Object.fromEntries(names.map((name) => [name, {}])),
  )
}, 300_000)

async function rollOut({ namespace: { kubectl }, name }: TestService): Promise<void> {
  const reference = `services.serving.knative.dev/${name}`
  await kubectl.patch(reference, { spec: { template: { metadata: { labels: { version: 'next' } } } } })
  await kubectl.run([
    'wait',
    reference,
    `--for=jsonpath={.status.latestReadyRevisionName}=${name}-00002`,
    '--timeout=120s',
  ])
  await kubectl.run(['wait', reference, '--for=condition=Ready', '--timeout=120s'])
}

async function rollBack({ namespace: { kubectl }, name }: TestService): Promise<void> {
  const reference = `services.serving.knative.dev/${name}`
  await kubectl.patch(reference, { spec: { traffic: [{ revisionName: `${name}-00001`, percent: 100 }] } })
  await kubectl.run([
    'wait',
    reference,
    `--for=jsonpath={.status.traffic[0].revisionName}=${name}-00001`,
    '--timeout=120s',
  ])
  await kubectl.run(['wait', reference, '--for=condition=Ready', '--timeout=120s'])
}

/** Waits, while the load goes on, until the pods of every other revision are told to end. */
async function onlyAtWork(service: TestService, revision: string): Promise<void> {
  await vi.waitFor(
    async () => {
      const atWork = (await service.pods()).filter(({ metadata }) => metadata.deletionTimestamp === undefined)
      expect(new Set(atWork.map(({ metadata }) => metadata.labels[revisionLabel]))).toEqual(new Set([revision]))
    },
    { timeout: 60_000, interval: 1000 },
  )
}
