import { setTimeout } from 'node:timers/promises'

import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'

import { Load } from './testing/load.ts'
import { Namespace } from './testing/namespace.ts'
import { deployQuartet, type Quartet } from './testing/quartet.ts'
import { questions } from './testing/questions.ts'
import type { TestService } from './testing/service.ts'
import { Killer } from './testing/sigkill.ts'

// While it lasts, the load meets the process that ends and the one that follows.
const settledMs = 5000

let namespace: Namespace
let killer: Killer
let quartet: Quartet

beforeAll(async () => {
  killer = await Killer.create()
  namespace = await Namespace.create('kill')
  quartet = await deployQuartet(namespace)
})

afterAll(async () => {
  await Promise.all([namespace.remove(), killer.remove()])
})

describe.each(['configs', 'predict'] as const)('a pod of %s', (name) => {
  test('that is deleted under load leaves no request unanswered', async () => {
    const service = quartet.services[name]
    const load = Load.start(service, { clients: 4, ask: () => questions[name] })
    await setTimeout(1000)
    const pod = await podOf(service)
    await namespace.kubectl.delete([`pod/${pod.metadata.name}`, '--wait=false'])
    await setTimeout(settledMs)
    expect((await load.stop()).faults).toEqual({})
  })

  // Nobody on the way tries again: neither Kourier, which sets no retry policy in Envoy, nor the activator or the
  // queue-proxy, to whom a refused connection is an answer.
  test('whose process is killed under load fails with 502 until its container has started again, and no longer', async () => {
    const service = quartet.services[name]
    const load = Load.start(service, { clients: 4, ask: () => questions[name] })
    await setTimeout(1000)
    await killer.kill(await podOf(service))
    await vi.waitFor(async () => expect(await exitsOf(service)).toContain(137), { timeout: 30_000, interval: 500 })
    await setTimeout(settledMs)
    const { faults } = await load.stop()
    expect(Object.keys(faults).filter((fault) => !fault.startsWith('502 '))).toEqual([])
    const after = Load.start(service, { clients: 4, ask: () => questions[name] })
    await setTimeout(2000)
    expect((await after.stop()).faults).toEqual({})
  })
})

test('no write that configs has acknowledged is lost when its process is killed', async () => {
  const { configs } = quartet.services
  const load = Load.start(configs, { clients: 8, ask: write })
  await setTimeout(1000)
  await killer.kill(await podOf(configs))
  await setTimeout(settledMs)
  const { answered } = await load.stop()
  const stored = await numbersStored(configs)
  expect(answered.length).toBeGreaterThan(0)
  expect(answered.filter((turn) => stored.get(`write-${turn}`) !== turn)).toEqual([])
})

function write(turn: number) {
  const body = JSON.stringify({ name: `write-${turn}`, metadata: { turn } })
  return { path: '/configs', method: 'POST', headers: { 'content-type': 'application/json' }, body }
}

/** What write() has stored, by name. */
async function numbersStored(configs: TestService): Promise<Map<string, number>> {
  const { body } = await configs.ask('/export?prefix=write-')
  const lines = body.trim().split('\n')
  return new Map(lines.map((line) => JSON.parse(line)).map(({ name, metadata }) => [name, metadata?.turn]))
}

/** One that is there to stay. */
async function podOf(service: TestService) {
  const pod = (await service.pods()).find(({ metadata }) => metadata.deletionTimestamp === undefined)
  if (!pod) throw new Error(`${service.name} has no pod.`)
  return pod
}

/** With what the processes of its functions have ended. */
async function exitsOf(service: TestService) {
  const containers = (await service.pods()).flatMap(({ status }) => status?.containerStatuses ?? [])
  return containers.map(({ lastState }) => lastState?.terminated?.exitCode)
}
