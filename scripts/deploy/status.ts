import { serviceHealth } from '../../functions/health/kubernetes/service-health.ts'
import { revisionLabel, serviceLabel, type KnativeService, type Pod, type PodAutoscaler } from '../cluster/objects.ts'
import { isReady, podsOf } from './progress.ts'

interface RevisionStatus {
  readonly name: string
  readonly percent: number
  readonly tags: readonly string[]
  readonly pods: { readonly wanted: number; readonly there: number }
}

/** How a function is, as far as the Kubernetes API knows: nobody is asked, and nobody woken. */
export interface FunctionStatus {
  readonly name: string
  /** In the words of the health function. */
  readonly state: string
  readonly reason?: string
  readonly url?: string
  /** Those that get requests or have pods, and the one that was made last. */
  readonly revisions: readonly RevisionStatus[]
}

interface Surroundings {
  readonly autoscalers: readonly PodAutoscaler[]
  readonly pods: readonly Pod[]
}

export function statusOf(service: KnativeService, surroundings: Surroundings): FunctionStatus {
  const { state, reason } = serviceHealth(service, surroundings)
  const { url } = service.status
  return {
    name: service.metadata.name,
    state,
    ...(reason !== undefined && { reason }),
    ...(url !== undefined && { url }),
    revisions: revisionsOf(service, surroundings),
  }
}

function revisionsOf({ metadata, status }: KnativeService, { autoscalers, pods }: Surroundings): RevisionStatus[] {
  const routed = status.traffic.flatMap(({ revisionName }) => revisionName ?? [])
  const running = pods
    .filter(({ metadata: { labels } }) => labels[serviceLabel] === metadata.name)
    .flatMap(({ metadata: { labels } }) => labels[revisionLabel] ?? [])
  const names = new Set([
    ...routed,
    ...running,
    ...(status.latestCreatedRevisionName ? [status.latestCreatedRevisionName] : []),
  ])
  return [...names].toSorted().map((name) => {
    const shares = status.traffic.filter(({ revisionName }) => revisionName === name)
    const autoscaler = autoscalers.find((each) => each.metadata.name === name)
    return {
      name,
      percent: shares.reduce((sum, { percent }) => sum + percent, 0),
      tags: shares.flatMap(({ tag }) => tag ?? []),
      pods: {
        // -1 before the autoscaler has decided.
        wanted: Math.max(0, autoscaler?.status.desiredScale ?? 0),
        there: podsOf(name, pods).filter(isReady).length,
      },
    }
  })
}
