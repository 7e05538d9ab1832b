import type { Phase, Rollout } from './state.ts'

/** A target of a Knative Service; see https://knative.dev/docs/serving/traffic-management/ */
export interface Target {
  readonly revisionName: string
  readonly percent: number
  readonly tag?: string
}

/** What a rollout wants the cluster to be like. It follows from its state alone, so any process can bring it about. */
export interface Desired {
  readonly traffic: readonly Target[]
  /** From which revision the template of the Service is; undefined leaves it. */
  readonly template: string | undefined
  /** Pods that each revision keeps though nobody calls, 0 for as many as it has been told without us. */
  readonly warmth: Readonly<Record<string, number>>
  readonly hasLoad: boolean
}

export const stableTag = 'stable'
export const candidateTag = 'candidate'

const byPhase: Readonly<Record<Phase, (rollout: Rollout) => Desired>> = {
  creating: ({ stable, candidate, plan }) => {
    const template = plan.strategy === 'undo' ? candidate : undefined
    return { traffic: only(stable), template, warmth: {}, hasLoad: false }
  },
  warming: (rollout) => ({ ...between(rollout, 0), hasLoad: false }),
  judging: (rollout) => {
    const weight = rollout.plan.stages[rollout.stage]?.weight ?? 0
    return { ...between(rollout, weight), hasLoad: rollout.plan.load !== undefined }
  },
  finishing: ({ stable, candidate, reason }) => {
    // With a reason it was on its way back, and the template with it.
    const template = reason === undefined ? undefined : candidate
    return { traffic: only(candidate), template, warmth: { [stable]: 0, [candidate]: 0 }, hasLoad: false }
  },
  restoring: ({ stable, candidate }) => {
    return { traffic: only(stable), template: stable, warmth: { [stable]: 0, [candidate]: 0 }, hasLoad: false }
  },
}

export function desiredOf(rollout: Rollout): Desired {
  return byPhase[rollout.phase](rollout)
}

function only(revisionName: string): Target[] {
  return [{ revisionName, percent: 100, tag: stableTag }]
}

function between(rollout: Rollout, weight: number): Omit<Desired, 'hasLoad'> {
  const { stable, candidate, candidateScale } = rollout
  const traffic = [
    { revisionName: stable, percent: 100 - weight, tag: stableTag },
    { revisionName: candidate, percent: weight, tag: candidateTag },
  ]
  // An old one that has nothing to do any longer is kept for the case that it has to take over.
  const warmth = { [stable]: weight === 100 ? 1 : 0, [candidate]: candidateScale }
  return { traffic, template: undefined, warmth }
}
