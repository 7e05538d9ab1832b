import type { KnativeCluster } from './knative-cluster.ts'
import type { Plan } from './plan.ts'
import type { Service } from './service.ts'
import type { Entry, Rollout, State } from './state.ts'
import { minScaleOf } from './warmth.ts'

/** What somebody wants to roll out. */
export interface Wanted {
  readonly plan: Plan
  /** What is new; empty to go on with whatever is under way. */
  readonly change: string
}

/**
 * Makes a rollout, or takes the one that is under way when it is the same.
 * @throws Error when it cannot begin
 */
export async function beginning(cluster: KnativeCluster, state: State, wanted: Wanted): Promise<Rollout> {
  const { plan, change } = wanted
  if (state.rollout !== undefined) return resumed(state.rollout, change)
  if (change === '') throw new Error('No rollout is under way, and nothing new is given: use --image or --env.')
  const { service } = cluster
  const nowMs = Date.now()
  const stable = servingRevision(service)
  const candidate = `${service.metadata.name}-r${Math.floor(nowMs / 1_000).toString(36)}`
  return begun(cluster, { plan, change, stable, candidate, nowMs })
}

/**
 * Makes a rollout that goes back to a revision that was there before.
 * @param target its name, or undefined for the one before the last
 * @throws Error when there is none
 */
export async function undoing(
  cluster: KnativeCluster,
  state: State,
  plan: Plan,
  target: string | undefined,
): Promise<Rollout> {
  const change = `back to ${target ?? 'the revision before'}`
  if (state.rollout !== undefined) return resumed(state.rollout, change)
  const stable = servingRevision(cluster.service)
  const candidate = target ?? previousTo(stable, state.history)
  if (candidate === stable) throw new Error(`${stable} has all traffic already.`)
  return begun(cluster, { plan, change, stable, candidate, nowMs: Date.now() })
}

interface Parts {
  readonly plan: Plan
  readonly change: string
  readonly stable: string
  readonly candidate: string
  readonly nowMs: number
}

async function begun(cluster: KnativeCluster, parts: Parts): Promise<Rollout> {
  const { plan, change, stable, candidate, nowMs } = parts
  const { status, metadata } = await cluster.revision(stable)
  if (!status.conditions.some(({ type, status: is }) => type === 'Ready' && is === 'True')) {
    throw new Error(`Revision ${stable} is not ready, so there is nothing to go back to. Put that right first.`)
  }
  const told = plan.strategy === 'undo' ? (await cluster.revision(candidate)).metadata : templateMetadata(cluster)
  // Who gets all users at once has to have the pods for it.
  const candidateScale = plan.strategy === 'canary' ? 1 : Math.max(1, await cluster.podsOf(stable))
  return {
    plan,
    change,
    stable,
    candidate,
    candidateScale,
    minScales: minScalesOf({ [stable]: metadata.annotations, [candidate]: told.annotations ?? {} }),
    startedAtMs: nowMs,
    phase: 'creating',
    sinceMs: nowMs,
    stage: 0,
    isApproved: false,
    tallies: {},
  }
}

function templateMetadata({ service }: KnativeCluster): { readonly annotations?: Readonly<Record<string, string>> } {
  const { annotations } = service.spec.template.metadata ?? {}
  return annotations === undefined ? {} : { annotations }
}

function minScalesOf(annotations: Readonly<Record<string, Readonly<Record<string, string>>>>): Record<string, string> {
  const told = Object.entries(annotations).map(([revision, each]) => [revision, minScaleOf(each)] as const)
  return Object.fromEntries(told.filter((pair): pair is [string, string] => pair[1] !== undefined))
}

function resumed(rollout: Rollout, change: string): Rollout {
  if (change === '' || change === rollout.change) return rollout
  throw new Error(
    `Another rollout is under way: ${rollout.change}. Wait for its end, or end it by \`quartet rollout abort\`.`,
  )
}

/** @throws Error when no revision has all traffic */
function servingRevision({ metadata, status }: Service): string {
  const shares = status.traffic.filter(({ percent }) => Number(percent) > 0)
  const [serving] = shares
  if (shares.length === 1 && serving?.revisionName !== undefined) return serving.revisionName
  const parts = shares.map(({ revisionName, percent }) => `${revisionName} ${percent} %`).join(', ')
  throw new Error(
    shares.length === 0
      ? `${metadata.name} serves nothing yet. Make it ready first, such as with \`quartet deploy\`.`
      : `The traffic of ${metadata.name} is divided by somebody else (${parts}). Give one revision all of it first.`,
  )
}

function previousTo(revision: string, history: readonly Entry[]): string {
  const entry = history.find((each) => each.outcome === 'promoted' && each.revision === revision)
  if (entry !== undefined) return entry.stable
  throw new Error(
    `It is not known what served before ${revision}. Say it: --to REVISION; \`kn revision list\` has them.`,
  )
}
