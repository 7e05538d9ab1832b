import { setTimeout as sleep } from 'node:timers/promises'

import * as z from 'zod/mini'

import { DatabaseSettings } from '../../_runtime/settings/database-settings.ts'
import { Database } from '../../_runtime/postgres/postgres.ts'
import { ProcessTable } from '../../_runtime/telemetry/process-table.ts'
import type { Sink } from '../../_runtime/telemetry/push.ts'
import { SimulatedProcess, sumOf, type Counted } from './simulated-process.ts'

interface Options {
  readonly databaseUrl: string
  readonly processes: number
  /** For how long they count. */
  readonly countMs: number
  /** What happens when half of that time is over. */
  readonly halfway?: () => Promise<void>
}

interface Outcome {
  /** What those that did not crash have counted. */
  readonly survivors: Counted
  /** What is known to have arrived of those that crashed, */
  readonly crashersLeast: Counted
  /** and with what may have arrived. */
  readonly crashersMost: Counted
}

/** Settings under which no scrape is refused for being slow, and a process that stalls is taken for ended. */
export function patient(databaseUrl: string): Readonly<Record<string, unknown>> {
  return {
    logLevel: 'silent',
    foldSeconds: 1,
    database: { url: databaseUrl, queryTimeoutMs: 60_000 },
    telemetry: { timeoutMs: 60_000 },
  }
}

type Fate = 'lasts' | 'ends' | 'stalls' | 'crashes'

const fates: readonly Fate[] = ['lasts', 'lasts', 'ends', 'stalls', 'crashes']

/**
 * Runs processes that count, as `survivor` or, if they are to crash, as `crasher`. Those that end or crash do so around halfway,
 * and others take their places; those that stall do so for a good part of the time. All push over a network that loses,
 * delays and repeats. In the end, all that are left end as they should.
 */
export async function simulate({ databaseUrl, processes, countMs, halfway }: Options): Promise<Outcome> {
  const database = new Database(z.parse(DatabaseSettings, { url: databaseUrl, poolSize: 8, queryTimeoutMs: 60_000 }))
  const table = new ProcessTable((work) => database.run(work))
  const sink: Sink = { push: (push) => table.push(push), close: () => Promise.resolve() }
  const random = randomNumbers(20_261_121)
  const survivors: SimulatedProcess[] = []
  const crashers: SimulatedProcess[] = []
  const counting = new Set<SimulatedProcess>()
  const start = (list: SimulatedProcess[]): SimulatedProcess => {
    const started = new SimulatedProcess(list === survivors ? 'survivor' : 'crasher', sink, random)
    list.push(started)
    counting.add(started)
    return started
  }
  const clock = setInterval(() => {
    for (const each of counting) if (random() < 0.5) each.answer()
  }, 20)
  const lives = Array.from({ length: processes }, async (_, index) => {
    const fate = fates[index % fates.length] ?? 'lasts'
    const first = start(fate === 'crashes' ? crashers : survivors)
    await sleep(countMs * (0.3 + 0.4 * random()))
    if (fate === 'lasts') return
    if (fate === 'stalls') {
      first.sink.stall()
      await sleep(countMs * 0.3)
      first.sink.resume()
      return
    }
    counting.delete(first)
    start(survivors)
    if (fate === 'crashes') first.sink.die()
    else await first.end()
  })
  await sleep(countMs / 2)
  await halfway?.()
  await Promise.all([...lives, sleep(countMs / 2)])
  clearInterval(clock)
  await Promise.all(survivors.map((each) => each.end()))
  await Promise.all([...survivors, ...crashers].map(({ sink: each }) => each.settle()))
  await database.close()
  return {
    survivors: sumOf(survivors.map(({ counted }) => counted)),
    crashersLeast: sumOf(crashers.map(({ arrived }) => arrived.least)),
    crashersMost: sumOf(crashers.map(({ arrived }) => arrived.most)),
  }
}

/** The same ones for the same seed: https://en.wikipedia.org/wiki/Linear_congruential_generator (Numerical Recipes) */
function randomNumbers(seed: number): () => number {
  let state = seed
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32
    return state / 2 ** 32
  }
}
