import { troubleOf } from '../../functions/health/kubernetes/pod-trouble.ts'
import { revisionLabel, type KnativeService, type Pod, type PodAutoscaler } from '../cluster/objects.ts'

type Phase = 'waiting' | 'starting' | 'routing' | 'ready' | 'failing'

/** How far a function has come on its way to what was last applied. */
export interface Progress {
  readonly name: string
  readonly phase: Phase
  /** The one that is to serve. */
  readonly revision: string
  readonly pods: { readonly wanted: number; readonly there: number }
  /** Why it is not further. */
  readonly note: string
}

interface Surroundings {
  readonly autoscalers: readonly PodAutoscaler[]
  readonly pods: readonly Pod[]
}

/** @param service undefined while the cluster does not show it */
export function progressOf(
  name: string,
  service: KnativeService | undefined,
  { autoscalers, pods }: Surroundings,
): Progress {
  const isSeen = service !== undefined && service.status.observedGeneration >= service.metadata.generation
  const revision = isSeen ? (service.status.latestCreatedRevisionName ?? '') : ''
  const own = podsOf(revision, pods)
  const wanted = autoscalers.find(({ metadata }) => metadata.name === revision)?.status.desiredScale ?? 0
  const counts = { wanted: Math.max(wanted, own.length), there: own.filter(isReady).length }
  return { name, revision, pods: counts, ...phaseOf(isSeen ? service : undefined, revision, own) }
}

function phaseOf(
  service: KnativeService | undefined,
  revision: string,
  pods: readonly Pod[],
): Pick<Progress, 'phase' | 'note'> {
  if (!service) return { phase: 'waiting', note: 'for Knative to see it' }
  const { conditions } = service.status
  const ready = conditions.find(({ type }) => type === 'Ready')
  if (ready?.status === 'True') return { phase: 'ready', note: '' }
  if (revision === '') return { phase: 'waiting', note: 'for its revision' }
  const trouble = troubleOf(pods)
  if (trouble !== undefined && isWithoutRoom(trouble)) return { phase: 'starting', note: trouble }
  if (trouble !== undefined) return { phase: 'failing', note: trouble }
  if (ready?.status === 'False') return { phase: 'failing', note: ready.message ?? ready.reason ?? 'It is not ready.' }
  if (conditions.some(({ type, status }) => type === 'ConfigurationsReady' && status === 'True')) {
    return { phase: 'routing', note: 'for the ingress' }
  }
  return { phase: 'starting', note: startOf(pods) }
}

function startOf(pods: readonly Pod[]): string {
  const [pod] = pods
  if (!pod) return 'no pod yet'
  const containers = pod.status?.containerStatuses ?? []
  if (containers.length === 0) return 'its pod is being placed'
  if (containers.some(({ state }) => state?.waiting)) return 'its pod is being made'
  const unready = containers.filter(({ ready }) => !ready).map(({ name }) => name)
  return unready.length > 0 ? `not ready: ${unready.join(', ')}` : 'its pod is ready'
}

/** Whether a pod waits for a node that has room: that may come, by an autoscaler of the cluster too. */
export function isWithoutRoom(trouble: string): boolean {
  return trouble.includes('Unschedulable')
}

export function podsOf(revision: string, pods: readonly Pod[]): Pod[] {
  return pods.filter(({ metadata }) => revision !== '' && metadata.labels[revisionLabel] === revision)
}

export function isReady({ metadata, status }: Pod): boolean {
  return (
    metadata.deletionTimestamp === undefined &&
    (status?.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True') ?? false)
  )
}
