import { desiredOf, type Desired, type Target } from '../desired.ts'
import type { Observed, ObservedRevision } from '../observed.ts'
import { Conflict, type RolloutCluster, type Snapshot } from '../rollout-cluster.ts'
import { parseState, type Entry, type State } from '../state.ts'

/** The process was killed. */
export class Killed extends Error {}

/** How a revision fares: what Knative says of it at each time, since the beginning. */
export type Fate = (nowMs: number) => ObservedRevision['ready']

interface Circumstances {
  readonly stable: Fate
  readonly candidate: Fate
  /** After how many operations the process is killed, one number a process; each kills before or after it took effect. */
  readonly kills: readonly { readonly after: number; readonly isDone: boolean }[]
  /** Which of the writes meet a change of somebody else's. */
  readonly conflicts: ReadonlySet<number>
  readonly now: () => number
}

export const stableName = 'a-00001'
export const candidateName = 'a-00002'

/** A cluster in memory, in which processes die and others interfere. Nothing takes effect by half, as in a real one. */
export class SimulatedCluster implements RolloutCluster {
  traffic: readonly Target[] = [{ revisionName: stableName, percent: 100 }]
  template = stableName
  annotation: string | undefined
  hasLoad = false
  readonly warmth = new Map<string, number>()
  readonly events = new Set<string>()
  /** Shares that the candidate had, in the order of writing. */
  readonly weights: number[] = []
  readonly #circumstances: Circumstances
  #version = 0
  #writes = 0
  #operations = 0
  #process = 0

  constructor(circumstances: Circumstances) {
    this.#circumstances = circumstances
  }

  get state(): State {
    return parseState(this.annotation)
  }

  /** Another process begins. */
  restart(): void {
    this.#process += 1
    this.#operations = 0
  }

  read(): Promise<Snapshot> {
    return this.#operate(() => {
      const { state } = this
      const observed = state.rollout === undefined ? undefined : this.#observe(state)
      return { state, observed, version: String(this.#version) }
    })
  }

  write(snapshot: Snapshot, state: State, desired?: Desired): Promise<void> {
    return this.#operate(() => {
      this.#writes += 1
      if (this.#circumstances.conflicts.has(this.#writes)) this.#version += 1
      if (snapshot.version !== String(this.#version)) throw new Conflict()
      this.#version += 1
      this.annotation = JSON.stringify(state)
      if (desired === undefined) return
      this.traffic = desired.traffic
      this.weights.push(desired.traffic.find(({ revisionName }) => revisionName === candidateName)?.percent ?? 0)
      if (desired.template !== undefined) this.template = desired.template
      else if (state.rollout?.phase === 'creating') this.template = candidateName
    })
  }

  settle({ state: { rollout } }: Snapshot): Promise<void> {
    return this.#operate(() => {
      if (rollout === undefined) return
      const { warmth, hasLoad } = desiredOf(rollout)
      for (const [revision, pods] of Object.entries(warmth)) this.warmth.set(revision, pods)
      this.hasLoad = hasLoad
    })
  }

  note(entry: Entry): Promise<void> {
    return this.#operate(() => {
      this.events.add(`${entry.startedAtMs} ${entry.outcome}`)
    })
  }

  revision(name: string): ObservedRevision {
    const { stable, candidate, now } = this.#circumstances
    const ready = (name === stableName ? stable : candidate)(now())
    return { ready, pods: ready === 'True' ? Math.max(1, this.warmth.get(name) ?? 0) : 0 }
  }

  #observe({ rollout }: State): Observed {
    const wanted = rollout && desiredOf(rollout)
    const isWarm = Object.entries(wanted?.warmth ?? {}).every(([name, pods]) => (this.warmth.get(name) ?? 0) === pods)
    return {
      stable: this.revision(stableName),
      candidate: this.revision(candidateName),
      isRouted: true,
      isSettled: isWarm && this.hasLoad === wanted?.hasLoad,
    }
  }

  async #operate<Result>(effect: () => Result): Promise<Result> {
    await Promise.resolve()
    const kill = this.#circumstances.kills[this.#process]
    this.#operations += 1
    const isLast = kill !== undefined && this.#operations >= kill.after
    if (isLast && !kill.isDone) throw new Killed()
    const result = effect()
    if (isLast) throw new Killed()
    return result
  }
}
