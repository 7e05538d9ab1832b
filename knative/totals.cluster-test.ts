import { afterAll, beforeAll, expect, test } from 'vitest'

import { Namespace } from './testing/namespace.ts'
import { deployQuartet, names, type Quartet } from './testing/quartet.ts'
import { questions } from './testing/questions.ts'

// Each is a start from zero and a way back.
const cycles = Number(process.env['TOTALS_CYCLES'] ?? 2)
const counted = ['configs', 'predict', 'health'] as const

let namespace: Namespace
let quartet: Quartet

beforeAll(async () => {
  namespace = await Namespace.create('totals')
  quartet = await deployQuartet(namespace)
  await Promise.all(names.map((name) => quartet.services[name].atZero()))
})

afterAll(() => namespace.remove())

test('what was asked before each return to zero is in the totals', async () => {
  const sent = { configs: 0, predict: 0, health: 0 }
  for (let cycle = 1; cycle <= cycles; cycle += 1) {
    const asked = counted.flatMap((name, index) => {
      const { path, ...question } = questions[name]
      const times = cycle * 10 + index
      sent[name] += times
      return Array.from({ length: times }, () => quartet.services[name].ask(path, question))
    })
    await Promise.all(asked)
    await Promise.all(counted.map((name) => quartet.services[name].atZero()))
  }
  await Promise.all(counted.map((name) => quartet.services[name].gone()))
  const { body } = await quartet.services.metrics.ask('/metrics')
  expect(Object.fromEntries(counted.map((name) => [name, totalOf(name, body)]))).toEqual(sent)
}, 300_000)

/** The requests of a function's question that metrics knows of, whatever they were answered. */
function totalOf(name: (typeof counted)[number], metrics: string): number {
  const start = `http_requests_total{function="${name}",route="${questions[name].route}",`
  const lines = metrics.split('\n').filter((line) => line.startsWith(start))
  return lines.reduce((total, line) => total + Number(line.split(' ').at(-1)), 0)
}
