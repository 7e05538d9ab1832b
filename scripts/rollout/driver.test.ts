import * as fc from 'fast-check'
import { expect, test } from 'vitest'

import type { Measurement } from './analysis.ts'
import { Driver, Held, type Clock } from './driver.ts'
import { leaseMs, takenBy } from './lease.ts'
import type { Plan } from './plan.ts'
import type { Entry, Rollout, State } from './state.ts'
import { samplePlan, sampleRollout } from './testing/sample-rollout.ts'
import { candidateName, Killed, SimulatedCluster, stableName, type Fate } from './testing/simulated-cluster.ts'

const always = (): 'True' => 'True'

/** A clock that goes on when somebody waits. */
class SimulatedClock implements Clock {
  nowMs = 1_000_000
  readonly now = (): number => this.nowMs
  readonly sleep = async (ms: number): Promise<void> => {
    this.nowMs += ms
    await Promise.resolve()
  }
}

type Verdict = Measurement['verdict']

interface World {
  readonly cluster: SimulatedCluster
  readonly clock: SimulatedClock
  readonly told: string[]
  readonly start: (holder?: string) => Driver
}

interface Given {
  readonly stable?: Fate
  readonly candidate?: Fate
  readonly verdicts?: readonly Verdict[]
  readonly kills?: ConstructorParameters<typeof SimulatedCluster>[0]['kills']
  readonly conflicts?: ReadonlySet<number>
}

function worldOf({
  stable = always,
  candidate = always,
  verdicts = [],
  kills = [],
  conflicts = new Set(),
}: Given): World {
  const clock = new SimulatedClock()
  const cluster = new SimulatedCluster({ stable, candidate, kills, conflicts, now: clock.now })
  const told: string[] = []
  let rounds = 0
  const measure = async ({ plan }: Rollout): Promise<Measurement[]> => {
    await Promise.resolve()
    const verdict = verdicts[rounds % Math.max(1, verdicts.length)] ?? 'pass'
    rounds += 1
    return plan.analysis.metrics.map(({ name }) => ({ metric: name, verdict, detail: 'as it came' }))
  }
  const tell = ({ phase, stage }: Rollout): void => void told.push(`${phase} ${stage}`)
  return {
    cluster,
    clock,
    told,
    start: (holder = 'one') =>
      new Driver({ cluster, clock, holder, measure, tell, wait: (other) => void told.push(`wait ${other}`) }),
  }
}

function begin(plan: Plan) {
  return (state: State): Promise<Rollout> =>
    Promise.resolve(state.rollout ?? sampleRollout(plan, { sinceMs: 1_000_000 }))
}

/** Runs the command again and again, each time as another process, until it has said how it ended. */
async function untilTheEnd({ cluster, start }: World, plan: Plan): Promise<Entry> {
  for (let life = 0; ; life += 1) {
    try {
      return await start(`process ${life}`).run(begin(plan))
    } catch (error) {
      if (!(error instanceof Killed)) throw error
      cluster.restart()
      const [last] = cluster.state.history
      // It was killed after it had written the end: there is nothing to go on with.
      if (cluster.state.rollout === undefined && last !== undefined) return last
    }
  }
}

const plans = {
  canary: samplePlan({ steps: '10:30s,50:30s,100' }),
  'canary with a load': samplePlan({ steps: '10:30s,100', loadRate: '5' }),
  'blue-green': samplePlan({ strategy: 'blue-green' }),
  'without analysis': samplePlan({ analysis: false }),
}

function expectOneRevision({ cluster }: World, entry: Entry): void {
  expect(cluster.traffic).toEqual([{ revisionName: entry.revision, percent: 100, tag: 'stable' }])
  expect(cluster.revision(entry.revision).ready).toBe('True')
  expect(cluster.template).toBe(entry.revision)
  expect([...cluster.warmth.values()].filter((pods) => pods > 0)).toEqual([])
  expect(cluster.hasLoad).toBe(false)
  expect(cluster.state).toMatchObject({ history: [entry] })
  expect(cluster.state.rollout).toBeUndefined()
  expect(cluster.state.lease).toBeUndefined()
  expect(cluster.events.size).toBe(1)
}

test.each(Object.entries(plans))('%s: a good revision has all traffic in the end', async (_, plan) => {
  const world = worldOf({})
  const entry = await untilTheEnd(world, plan)
  expect(entry).toMatchObject({ outcome: 'promoted', revision: candidateName, stable: stableName })
  expectOneRevision(world, entry)
  expect(world.cluster.weights).toEqual(world.cluster.weights.toSorted((one, other) => one - other))
})

test.each(Object.entries(plans))('%s: one that does not start never has a user', async (_, plan) => {
  const world = worldOf({ candidate: () => 'False' })
  const entry = await untilTheEnd(world, plan)
  expect(entry).toMatchObject({ outcome: 'aborted', revision: stableName })
  expect(entry.reason).toContain('does not start')
  expect(Math.max(...world.cluster.weights)).toBe(0)
  expectOneRevision(world, entry)
})

test.each(['canary', 'blue-green'] as const)('%s: without data nothing is promoted', async (strategy) => {
  const world = worldOf({ verdicts: ['none'] })
  const entry = await untilTheEnd(world, plans[strategy])
  expect(entry).toMatchObject({ outcome: 'aborted', revision: stableName })
  expect(entry.reason).toMatch(/^success-rate had nothing to judge for 1m/)
  expect(Math.max(...world.cluster.weights)).toBe(strategy === 'canary' ? 10 : 0)
})

test('a failure takes the users back at once, also after all of them were sent to it', async () => {
  const early = worldOf({ verdicts: ['fail'] })
  expect((await untilTheEnd(early, plans.canary)).reason).toBe('success-rate failed: as it came.')
  expect(Math.max(...early.cluster.weights)).toBe(10)
  const after = worldOf({ verdicts: ['pass', 'pass', 'pass', 'fail'] })
  expect(await untilTheEnd(after, plans['blue-green'])).toMatchObject({ outcome: 'aborted', revision: stableName })
  expect(Math.max(...after.cluster.weights)).toBe(100)
})

test('a manual promotion waits for somebody, who may be another process', async () => {
  const world = worldOf({})
  const plan = samplePlan({ strategy: 'blue-green', promotion: 'manual' })
  const { sleep } = world.clock
  let waited = 0
  let sharesBefore: number[] = []
  Object.assign(world.clock, {
    sleep: async (ms: number) => {
      await sleep(ms)
      waited += 1
      if (waited === 200) {
        sharesBefore = world.cluster.traffic.map(({ percent }) => percent)
        void world.start('another').promote()
      }
    },
  })
  const entry = await world.start('one').run(begin(plan))
  expect(sharesBefore).toEqual([100, 0])
  expect(entry.outcome).toBe('promoted')
})

test('an abort takes effect while the process that drives has died', async () => {
  const world = worldOf({ kills: [{ after: 60, isDone: true }] })
  await expect(world.start('dead').run(begin(plans.canary))).rejects.toThrow(Killed)
  world.cluster.restart()
  expect(world.cluster.state.rollout?.phase).toBe('judging')
  const entry = await world.start('another').abort('Somebody aborted it.')
  expect(entry).toMatchObject({ outcome: 'aborted', reason: 'Somebody aborted it.', revision: stableName })
  expectOneRevision(world, entry)
  await expect(world.start('another').abort('Again.')).rejects.toThrow(
    'No rollout is under way. The last one was aborted.',
  )
})

test('two at once: the second is refused, and the first goes on', async () => {
  const world = worldOf({})
  const first = world.start('first').run(begin(plans.canary))
  await expect(world.start('second').run(begin(plans.canary))).rejects.toThrow(Held)
  expect((await first).outcome).toBe('promoted')
})

test('a lease that nobody renews is taken over when its time is over, and not before', async () => {
  const world = worldOf({})
  const { clock, cluster } = world
  cluster.annotation = JSON.stringify({
    version: 1,
    history: [],
    lease: takenBy('dead'),
    rollout: sampleRollout(plans.canary, { sinceMs: clock.nowMs }),
  } satisfies State)
  const begun = clock.nowMs
  let takenAt = 0
  const write = cluster.write.bind(cluster)
  cluster.write = (snapshot, state, desired) => {
    takenAt ||= clock.nowMs
    return write(snapshot, state, desired)
  }
  await world.start('another').run(begin(plans.canary))
  expect(world.told[0]).toBe('wait dead')
  expect(takenAt - begun).toBeGreaterThanOrEqual(leaseMs)
})

test('whatever happens and wherever processes die, all traffic ends on one healthy revision', async () => {
  const fate = fc.oneof(
    fc.constant<Fate>(always),
    fc.constant<Fate>(() => 'False'),
    fc.constant<Fate>(() => 'Unknown'),
    fc.nat(400_000).map<Fate>((ms) => (nowMs) => (nowMs < 1_000_000 + ms ? 'Unknown' : 'True')),
    fc.nat(400_000).map<Fate>((ms) => (nowMs) => (nowMs < 1_000_000 + ms ? 'True' : 'False')),
  )
  const kill = fc.record({ after: fc.integer({ min: 1, max: 120 }), isDone: fc.boolean() })
  const given = fc.record({
    candidate: fate,
    verdicts: fc.array(fc.constantFrom<Verdict>('pass', 'pass', 'pass', 'fail', 'none'), {
      minLength: 1,
      maxLength: 12,
    }),
    kills: fc.array(kill, { maxLength: 8 }),
    conflicts: fc.array(fc.integer({ min: 1, max: 200 }), { maxLength: 20 }).map((list) => new Set(list)),
  })
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...Object.values(plans)), given, async (plan, circumstances) => {
      const world = worldOf(circumstances)
      const entry = await untilTheEnd(world, plan)
      expectOneRevision(world, entry)
      expect(entry.revision).toBe(entry.outcome === 'promoted' ? candidateName : stableName)
    }),
    { numRuns: 300 },
  )
})

test('when the stable revision dies, users stay with the candidate if that one runs', async () => {
  const world = worldOf({ stable: (nowMs) => (nowMs < 1_030_000 ? 'True' : 'False'), verdicts: ['pass', 'fail'] })
  const entry = await untilTheEnd(world, plans.canary)
  expect(entry.revision).toBe(candidateName)
  expectOneRevision(world, entry)
})
