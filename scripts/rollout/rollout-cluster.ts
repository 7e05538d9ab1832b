import type { Desired } from './desired.ts'
import type { Observed } from './observed.ts'
import type { Entry, State } from './state.ts'

/** The Service at one time, and what is known of the revisions of its rollout. */
export interface Snapshot {
  readonly state: State
  /** Undefined while no rollout is under way. */
  readonly observed: Observed | undefined
  /** Changes with whatever changes the Service. */
  readonly version: string
}

/** Somebody else has changed the Service since it was read. */
export class Conflict extends Error {}

/** What a driver needs of a cluster. Each method does one thing or nothing, so a process may die between any two. */
export interface RolloutCluster {
  read: () => Promise<Snapshot>
  /**
   * Writes the state, and with it the traffic and the template that it wants.
   * @throws Conflict when the Service is no longer as it was in the snapshot
   */
  write: (snapshot: Snapshot, state: State, desired?: Desired) => Promise<void>
  /** Brings about what the rollout wants beside the Service. */
  settle: (snapshot: Snapshot) => Promise<void>
  /** Notes the end of a rollout where people look; the same one is noted once. */
  note: (entry: Entry) => Promise<void>
}
