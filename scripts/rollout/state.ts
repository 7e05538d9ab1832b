import * as z from 'zod/mini'

import { Measurement, Tally } from './analysis.ts'
import { Lease } from './lease.ts'
import { Plan } from './plan.ts'

/** The annotation of a Knative Service that has all that is known of its rollouts. */
export const stateAnnotation = 'rollout.quartet.dev/state'

const mostEntries = 10

/**
 * - creating: the candidate's revision is made, and users are on the stable one
 * - warming: it has its tag and its pods
 * - judging: it has the weight of a stage
 * - finishing: all users are on it, and what was only there for the rollout is taken away
 * - restoring: the same, for the stable revision
 */
export const Phase = z.enum(['creating', 'warming', 'judging', 'finishing', 'restoring'])
export type Phase = z.output<typeof Phase>

/** A rollout that is under way. Times are milliseconds since 1970. */
export const Rollout = z.object({
  plan: Plan,
  /** What is new, for people: an image, variables. */
  change: z.string(),
  stable: z.string(),
  candidate: z.string(),
  /** Pods that the candidate needs before users are sent to it. */
  candidateScale: z.int(),
  /** The least number of pods that each revision had been told before the rollout, where it had. */
  minScales: z.record(z.string(), z.string()),
  startedAtMs: z.number(),
  phase: Phase,
  /** Since when it is in this phase, and in this stage. */
  sinceMs: z.number(),
  stage: z.int(),
  /** Whether somebody has promoted it. */
  isApproved: z.boolean(),
  measuredAtMs: z.optional(z.number()),
  tallies: z.record(z.string(), Tally),
  /** Why it goes back. */
  reason: z.optional(z.string()),
})
export type Rollout = z.output<typeof Rollout>

/** A rollout that has ended. */
export const Entry = z.object({
  outcome: z.enum(['promoted', 'aborted']),
  change: z.string(),
  strategy: z.string(),
  /** The revision from which it went, and the one to which. */
  stable: z.string(),
  candidate: z.string(),
  /** The one that has all traffic since. */
  revision: z.string(),
  startedAtMs: z.number(),
  endedAtMs: z.number(),
  reason: z.optional(z.string()),
  measurements: z.array(Measurement),
})
export type Entry = z.output<typeof Entry>

export const State = z.object({
  version: z.literal(1),
  lease: z.optional(Lease),
  rollout: z.optional(Rollout),
  /** The newest first. */
  history: z.array(Entry),
})
export type State = z.output<typeof State>

const nothing: State = { version: 1, history: [] }

/**
 * Reads the annotation.
 * @throws Error when it is not one of this version
 */
export function parseState(annotation: string | undefined): State {
  if (annotation === undefined) return nothing
  const result = z.safeParse(State, jsonOf(annotation))
  if (result.success) return result.data
  throw new Error(
    `The annotation ${stateAnnotation} of the Service is not one that this version of quartet writes. Use the version that wrote it, or remove the annotation: traffic stays where it is.`,
  )
}

/** Ends a rollout, and remembers it. */
export function ended(state: State, rollout: Rollout, nowMs: number): State {
  const isPromoted = rollout.phase === 'finishing'
  const entry: Entry = {
    outcome: isPromoted ? 'promoted' : 'aborted',
    change: rollout.change,
    strategy: rollout.plan.strategy,
    stable: rollout.stable,
    candidate: rollout.candidate,
    revision: isPromoted ? rollout.candidate : rollout.stable,
    startedAtMs: rollout.startedAtMs,
    endedAtMs: nowMs,
    ...(rollout.reason !== undefined && { reason: rollout.reason }),
    measurements: Object.values(rollout.tallies).map(({ last }) => last),
  }
  return { version: 1, history: [entry, ...state.history].slice(0, mostEntries) }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
