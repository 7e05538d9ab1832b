import { setTimeout } from 'node:timers/promises'

import * as z from 'zod/mini'
import { afterAll, beforeAll, expect, test } from 'vitest'

import { Pod, serviceLabel } from '../scripts/cluster/objects.ts'
import type { Answer } from './testing/gateway.ts'
import { Namespace } from './testing/namespace.ts'
import { deployQuartet, names, type Name, type Quartet } from './testing/quartet.ts'
import { questions } from './testing/questions.ts'

const burst = 50
const cycles = Number(process.env['ZERO_CYCLES'] ?? 1)
const watchSeconds = Number(process.env['ZERO_WATCH_SECONDS'] ?? 40)

// Whoever asks metrics for its totals is counted by the next who does.
const counted = ['configs', 'predict', 'health'] as const

const Health = z.object({ functions: z.record(z.string(), z.object({ state: z.string() })) })

let namespace: Namespace
let quartet: Quartet
/** Requests so far. */
const sent: Record<Name, number> = { configs: 0, predict: 0, health: 0, metrics: 0 }

beforeAll(async () => {
  namespace = await Namespace.create('zero')
  quartet = await deployQuartet(namespace)
})

afterAll(() => namespace.remove())

async function allGone(): Promise<void> {
  await Promise.all(names.map((name) => quartet.services[name].gone()))
}

/** Asks a function what it is for, so many times at once. */
async function ask(name: Name, times: number): Promise<Answer[]> {
  const { path, ...question } = questions[name]
  sent[name] += times
  return Promise.all(Array.from({ length: times }, () => quartet.services[name].ask(path, question)))
}

test(
  'health is asked every second, and the others stay at zero',
  { timeout: (watchSeconds + 180) * 1000 },
  async () => {
    await allGone()
    const ending = new AbortController()
    const seen = podsSeen(ending.signal)
    const states = new Set<string>()
    for (let second = 0; second < watchSeconds; second += 1) {
      const [[answer]] = await Promise.all([ask('health', 1), setTimeout(1000)])
      const { functions } = z.parse(Health, JSON.parse(answer?.body ?? ''))
      for (const name of names) if (name !== 'health') states.add(`${name} ${functions[name]?.state}`)
    }
    ending.abort()
    expect({ pods: await seen, states }).toEqual({
      pods: new Set(['health']),
      states: new Set(['configs idle', 'predict idle', 'metrics idle']),
    })
  },
)

/** Which functions had a pod, until the signal. */
async function podsSeen(signal: AbortSignal): Promise<Set<string>> {
  const seen = new Set<string>()
  while (!signal.aborted)
    for await (const { object } of namespace.kubectl.watch(['pods', '--selector', serviceLabel], Pod, signal))
      seen.add(object.metadata.labels[serviceLabel] ?? '')
  return seen
}

test.each(names)('%s answers all of a burst that finds it at zero', async (name) => {
  await quartet.services[name].gone()
  const answers = await ask(name, burst)
  expect(answers.map(({ status }) => status)).toEqual(Array(burst).fill(200))
})

test('what was asked before each return to zero is in the totals', { timeout: (cycles + 2) * 120_000 }, async () => {
  for (let cycle = 1; cycle <= cycles; cycle += 1) {
    await Promise.all(counted.map((name, index) => ask(name, cycle * 10 + index)))
    await Promise.all(counted.map((name) => quartet.services[name].atZero()))
  }
  await allGone()
  const [answer] = await ask('metrics', 1)
  const totals = counted.map((name) => [name, totalOf(name, answer?.body ?? '')])
  expect(Object.fromEntries(totals)).toEqual(Object.fromEntries(counted.map((name) => [name, sent[name]])))
})

/** The requests of a function's question that metrics knows of, whatever they were answered. */
function totalOf(name: Name, metrics: string): number {
  const start = `http_requests_total{function="${name}",route="${questions[name].route}",`
  const lines = metrics.split('\n').filter((line) => line.startsWith(start))
  return lines.reduce((total, line) => total + Number(line.split(' ').at(-1)), 0)
}
