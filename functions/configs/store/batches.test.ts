import { expect, test } from 'vitest'

import { Gate } from '../../_runtime/testing/gate.ts'
import { Batches } from './batches.ts'

/** Batches that are worked on until they are let go. */
function held(atOnce: number, size: number): { batches: Batches<string>; seen: string[][]; gates: Gate[] } {
  const seen: string[][] = []
  const gates: Gate[] = []
  const batches = new Batches<string>(
    { atOnce, size },
    (job, batch) => !batch.includes(job),
    async (batch) => {
      const gate = new Gate()
      seen.push([...batch])
      gates.push(gate)
      await gate.pass()
    },
  )
  return { batches, seen, gates }
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

test('jobs that come together are one batch, and those that come meanwhile the next', async () => {
  const { batches, seen, gates } = held(1, 10)
  for (const job of ['a', 'b']) batches.add(job)
  await turn()
  expect(seen).toEqual([['a', 'b']])
  for (const job of ['c', 'd']) batches.add(job)
  gates[0]?.open()
  await turn()
  expect(seen).toEqual([
    ['a', 'b'],
    ['c', 'd'],
  ])
})

test('what does not fit a batch is in the next, in its turn', async () => {
  const { batches, seen, gates } = held(1, 2)
  for (const job of ['a', 'a', 'b', 'a', 'c']) batches.add(job)
  for (const index of [0, 1, 2]) {
    await turn()
    gates[index]?.open()
  }
  await turn()
  expect(seen).toEqual([['a', 'b'], ['a', 'c'], ['a']])
})

test('a batch that takes long does not keep what comes after it waiting', async () => {
  const { batches, seen } = held(1, 10)
  batches.add('a')
  await turn()
  batches.add('b')
  await expect.poll(() => seen, { timeout: 10_000 }).toEqual([['a'], ['b']])
})
