import { isAnalysed, type Measurement } from './analysis.ts'
import { desiredOf } from './desired.ts'
import { isSame, leaseMs, renewalMs, renewed, takenBy } from './lease.ts'
import { aborted, advance, promoted } from './machine.ts'
import { Conflict, type RolloutCluster, type Snapshot } from './rollout-cluster.ts'
import { ended, type Entry, type Rollout, type State } from './state.ts'

/** The time, so that a test need not wait for it. */
export interface Clock {
  readonly now: () => number
  readonly sleep: (ms: number) => Promise<void>
}

interface Collaborators {
  readonly cluster: RolloutCluster
  /** Measures the candidate of a rollout by all its metrics; a metric that cannot be measured has no verdict. */
  readonly measure: (rollout: Rollout) => Promise<Measurement[]>
  readonly clock: Clock
  /** Names this process. */
  readonly holder: string
  /** Is told what has changed. */
  readonly tell: (rollout: Rollout, measurements: readonly Measurement[]) => void
  /** Is told of whom it waits for. */
  readonly wait: (holder: string) => void
}

const tickMs = 1_000

/** Somebody else is at it. */
export class Held extends Error {}

/** Takes a rollout from where it is to its end. Nothing that it remembers is only here: another process can take over. */
export class Driver {
  readonly #with: Collaborators
  #measuring: Promise<void> | undefined
  #measured: { readonly rollout: Rollout; readonly measurements: Measurement[] } | undefined

  constructor(collaborators: Collaborators) {
    this.#with = collaborators
  }

  /**
   * Begins a rollout, or goes on with the one that is under way.
   * @param make makes the one to begin; it may refuse by throwing
   * @throws Held while another process is at it
   */
  async run(make: (state: State) => Promise<Rollout>): Promise<Entry> {
    const { cluster, holder, tell } = this.#with
    const free = await this.#free()
    for (let snapshot = free; ; snapshot = await cluster.read()) {
      if (!isSame(snapshot.state.lease, free.state.lease)) throw new Held(heldBy(snapshot.state))
      const rollout = await make(snapshot.state)
      const state = { ...snapshot.state, rollout, lease: takenBy(holder) }
      if (!(await this.#write(snapshot, state, rollout))) continue
      tell(rollout, [])
      return this.#toTheEnd()
    }
  }

  /** Goes back to the stable revision at once, whoever is at it. */
  abort(reason: string): Promise<Entry> {
    return this.#intervene((rollout, nowMs) => {
      return rollout.phase === 'restoring' ? rollout : aborted(rollout, reason, nowMs)
    })
  }

  /** Goes on at once, whoever is at it. */
  promote(): Promise<Entry> {
    return this.#intervene(promoted)
  }

  async #intervene(change: (rollout: Rollout, nowMs: number) => Rollout): Promise<Entry> {
    const { cluster, clock, holder } = this.#with
    for (;;) {
      const snapshot = await cluster.read()
      const rollout = openIn(snapshot.state)
      const changed = change(rollout, clock.now())
      if (await this.#write(snapshot, { ...snapshot.state, rollout: changed }, changed)) break
    }
    for (;;) {
      const snapshot = await cluster.read()
      const { rollout, lease, history } = snapshot.state
      const [last] = history
      if (rollout === undefined && last !== undefined) return last
      if (rollout === undefined) throw new Error('The state of the rollout was removed.')
      // Whoever is at it ends it; it is only waited for.
      if (lease !== undefined && !(await this.#isStale(snapshot))) continue
      if (await this.#write(snapshot, { ...snapshot.state, lease: takenBy(holder) }, rollout)) return this.#toTheEnd()
    }
  }

  /**
   * Waits until nobody holds the lease.
   * @throws Held when somebody renews it
   */
  async #free(): Promise<Snapshot> {
    const snapshot = await this.#with.cluster.read()
    const { lease } = snapshot.state
    if (lease !== undefined) this.#with.wait(lease.holder)
    if (lease === undefined || (await this.#isStale(snapshot))) return this.#with.cluster.read()
    throw new Held(heldBy((await this.#with.cluster.read()).state))
  }

  /** Whether the holder of the lease does not renew it. */
  async #isStale({ state: { lease } }: Snapshot): Promise<boolean> {
    const { cluster, clock } = this.#with
    for (const end = clock.now() + leaseMs; clock.now() < end;) {
      await clock.sleep(tickMs)
      const { state } = await cluster.read()
      if (!isSame(state.lease, lease)) return state.lease === undefined
    }
    return true
  }

  async #toTheEnd(): Promise<Entry> {
    const { cluster, clock, holder } = this.#with
    for (let renewedAt = clock.now(); ; await clock.sleep(tickMs)) {
      const snapshot = await cluster.read()
      const { state, observed } = snapshot
      const { rollout, lease } = state
      if (rollout === undefined || observed === undefined) throw new Held('Another process has ended this rollout.')
      if (lease?.holder !== holder) throw new Held(heldBy(state))
      await cluster.settle(snapshot)
      this.#measureIfDue(rollout)
      const nowMs = clock.now()
      const measurements = this.#measurementsFor(rollout)
      const next = advance(rollout, observed, measurements, nowMs)
      if (next === undefined) {
        const last = ended(state, rollout, nowMs)
        const [entry] = last.history
        if (entry !== undefined) await cluster.note(entry)
        if ((await this.#write(snapshot, last, rollout)) && entry !== undefined) return entry
        continue
      }
      const isDue = nowMs - renewedAt >= renewalMs
      if (next === rollout && !isDue) continue
      if (!(await this.#write(snapshot, { ...state, rollout: next, lease: renewed(lease) }, next))) continue
      renewedAt = nowMs
      if (measurements.length > 0) this.#measured = undefined
      if (next.phase !== rollout.phase || next.stage !== rollout.stage || measurements.length > 0) {
        this.#with.tell(next, measurements)
      }
    }
  }

  /** Measuring can take longer than the lease, which goes on being renewed meanwhile. */
  #measureIfDue(rollout: Rollout): void {
    const { phase, plan, stage: index, sinceMs, measuredAtMs = Number.NEGATIVE_INFINITY } = rollout
    const stage = plan.stages[index]
    if (this.#measuring || this.#measured || phase !== 'judging' || stage === undefined) return
    const { initialDelayMs, intervalMs } = plan.analysis
    const dueMs = Math.max(sinceMs + initialDelayMs, measuredAtMs + intervalMs)
    if (!isAnalysed(plan, stage) || this.#with.clock.now() < dueMs) return
    this.#measuring = this.#measure(rollout)
  }

  async #measure(rollout: Rollout): Promise<void> {
    this.#measured = { rollout, measurements: await this.#with.measure(rollout) }
    this.#measuring = undefined
  }

  /** What was measured, unless the rollout has gone on since. */
  #measurementsFor({ phase, stage, sinceMs }: Rollout): Measurement[] {
    if (this.#measured === undefined) return []
    const { rollout, measurements } = this.#measured
    if (rollout.phase === phase && rollout.stage === stage && rollout.sinceMs === sinceMs) return measurements
    this.#measured = undefined
    return []
  }

  /** @returns whether it was written; it was not when somebody was faster */
  async #write(snapshot: Snapshot, state: State, rollout: Rollout): Promise<boolean> {
    try {
      await this.#with.cluster.write(snapshot, state, desiredOf(rollout))
      return true
    } catch (error) {
      if (error instanceof Conflict) return false
      throw error
    }
  }
}

/** @throws Error when no rollout is under way */
function openIn({ rollout, history: [last] }: State): Rollout {
  if (rollout !== undefined) return rollout
  const before = last === undefined ? '' : ` The last one was ${last.outcome}.`
  throw new Error(`No rollout is under way.${before}`)
}

function heldBy({ lease }: State): string {
  return `Another process drives this rollout: ${lease?.holder ?? 'it has just ended it'}. \`quartet rollout status --watch\` shows how it goes, \`promote\` and \`abort\` change it.`
}
