import { planOf, type Plan } from '../plan.ts'
import { givenOptions, type CommandLine } from '../given-options.ts'
import type { Rollout } from '../state.ts'
import { candidateName, stableName } from './simulated-cluster.ts'

export function samplePlan(commandLine: CommandLine = {}): Plan {
  return planOf(givenOptions({ image: 'a:2', prometheus: 'http://prometheus', ...commandLine }))
}

export function sampleRollout(plan: Plan = samplePlan(), given: Partial<Rollout> = {}): Rollout {
  return {
    plan,
    change: 'image a:2',
    stable: stableName,
    candidate: candidateName,
    candidateScale: 1,
    minScales: {},
    startedAtMs: 0,
    phase: 'creating',
    sinceMs: 0,
    stage: 0,
    isApproved: false,
    tallies: {},
    ...given,
  }
}
