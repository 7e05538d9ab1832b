import type { State } from '../state.ts'
import { conditionOf, type PodAutoscaler } from './objects.ts'

export interface RevisionHealth {
  readonly state: State
  readonly reason?: string | undefined
  readonly wanted: number
  readonly ready: number
}

/**
 * Says how one revision is.
 * @param autoscaler undefined where there is none
 * @param trouble what keeps its pods from starting
 * @param failure why Knative has found it unable to start, if it has
 */
export function revisionHealth(
  autoscaler: PodAutoscaler | undefined,
  trouble: string | undefined,
  failure: string | undefined,
): RevisionHealth {
  const wanted = Math.max(0, autoscaler?.status?.desiredScale ?? 0)
  const ready = autoscaler?.status?.actualScale ?? 0
  return { ...stateOf(autoscaler, { wanted, ready }, trouble, failure), wanted, ready }
}

function stateOf(
  autoscaler: PodAutoscaler | undefined,
  { wanted, ready }: { readonly wanted: number; readonly ready: number },
  trouble: string | undefined,
  failure: string | undefined,
): Pick<RevisionHealth, 'state' | 'reason'> {
  const problem = trouble ?? failure
  if (ready > 0) return problem === undefined ? { state: 'ready' } : { state: 'degraded', reason: problem }
  if (problem !== undefined) return { state: 'down', reason: problem }
  if (!autoscaler) return { state: 'unknown', reason: 'It has no autoscaler yet.' }
  const active = conditionOf(autoscaler, 'Active')
  // What the autoscaler says when it took back pods of which none became ready in time. The next request tries again.
  if (active?.reason === 'TimedOut') return { state: 'down', reason: 'Its last start from zero was given up.' }
  return wanted > 0 ? { state: 'idle', reason: 'It is starting.' } : { state: 'idle' }
}
