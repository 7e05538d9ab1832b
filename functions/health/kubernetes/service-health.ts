import type { FunctionHealth } from '../schema.ts'
import { worst } from '../state.ts'
import { conditionOf, type KnativeService, type Pod, type PodAutoscaler } from './objects.ts'
import { troubleOf } from './pod-trouble.ts'
import { revisionHealth, type RevisionHealth } from './revision-health.ts'

interface Share {
  readonly revision: string
  readonly percent: number
  readonly tag?: string
}

interface Surroundings {
  readonly autoscalers: readonly PodAutoscaler[]
  readonly pods: readonly Pod[]
}

/** Which label of a pod has the name of its revision. */
const revisionLabel = 'serving.knative.dev/revision'

/** Says how the function behind a Knative Service is, from what Kubernetes knows: nobody is asked, and nobody woken. */
export function serviceHealth(service: KnativeService, { autoscalers, pods }: Surroundings): FunctionHealth {
  const traffic = sharesOf(service)
  const serving = [...new Set(traffic.filter(({ percent }) => percent > 0).map(({ revision }) => revision))]
  const own = serving.map((revision) => autoscalers.find(({ metadata }) => metadata.name === revision))
  const revisions = serving.map((revision, index) => {
    return revisionHealth(own[index], troubleOf(podsOf(revision, pods)), failureOf(service, revision))
  })
  const changedAt = latest([conditionOf(service, 'Ready'), ...own.map((each) => conditionOf(each, 'Active'))])
  return {
    ...together(revisions, newestFailure(service, pods)),
    ...(traffic.length > 0 && { revision: mostOf(traffic), traffic }),
    ...(revisions.length > 0 && {
      pods: { wanted: sum(revisions, ({ wanted }) => wanted), ready: sum(revisions, ({ ready }) => ready) },
    }),
    ...(changedAt !== undefined && { changedAt }),
  }
}

/** Whether pods are to be looked at: some are wanted that are not there, or a revision did not become ready. */
export function isUnsettled(service: KnativeService, autoscalers: readonly PodAutoscaler[]): boolean {
  if (conditionOf(service, 'Ready')?.status !== 'True') return true
  const revisions = new Set(sharesOf(service).map(({ revision }) => revision))
  return autoscalers.some(({ metadata, status }) => {
    return revisions.has(metadata.name) && (status?.desiredScale ?? 0) > (status?.actualScale ?? 0)
  })
}

/** @param failure why what was deployed last does not come up, if it does not */
function together(
  revisions: readonly RevisionHealth[],
  failure: string | undefined,
): Pick<FunctionHealth, 'state' | 'reason'> {
  if (revisions.length === 0) {
    if (failure !== undefined) return { state: 'down', reason: failure }
    return { state: 'unknown', reason: 'Knative has not brought it up yet.' }
  }
  const states = revisions.map(({ state }) => state)
  const areAllDown = states.every((state) => state === 'down')
  // Some requests are answered: by revisions that are not down, or by one from before the one that failed.
  const found = worst(states) === 'down' && !areAllDown ? 'degraded' : worst(states)
  const state = failure !== undefined && found !== 'down' ? 'degraded' : found
  const reason = revisions.find((revision) => revision.reason !== undefined)?.reason ?? failure
  return reason === undefined ? { state } : { state, reason }
}

/** Why a service is not as it was last told to be; undefined while it is, or may still become it. */
function newestFailure(service: KnativeService, pods: readonly Pod[]): string | undefined {
  const ready = conditionOf(service, 'Ready')
  if (!ready || ready.status === 'True') return undefined
  // Knative waits for minutes before it gives a revision up whose pods cannot start.
  const revision = service.status?.latestCreatedRevisionName
  const trouble = revision === undefined ? undefined : troubleOf(podsOf(revision, pods))
  if (trouble !== undefined) return trouble
  return ready.status === 'False' ? (ready.message ?? ready.reason ?? 'It is not ready.') : undefined
}

/** Why Knative has found a revision unable to start; it says so of the one that was made last. */
function failureOf(service: KnativeService, revision: string): string | undefined {
  if (service.status?.latestCreatedRevisionName !== revision) return undefined
  const configured = conditionOf(service, 'ConfigurationsReady')
  return configured?.status === 'False' ? (configured.message ?? configured.reason) : undefined
}

function podsOf(revision: string, pods: readonly Pod[]): Pod[] {
  return pods.filter(({ metadata }) => metadata.labels[revisionLabel] === revision)
}

function sharesOf({ status }: KnativeService): Share[] {
  return (status?.traffic ?? []).flatMap(({ revisionName, percent = 0, tag }) => {
    if (revisionName === undefined) return []
    return [{ revision: revisionName, percent, ...(tag !== undefined && tag !== '' && { tag }) }]
  })
}

function mostOf(traffic: readonly Share[]): string {
  const [first, ...others] = traffic
  return others.reduce((most, share) => (share.percent > (most?.percent ?? 0) ? share : most), first)?.revision ?? ''
}

function latest(conditions: readonly ReturnType<typeof conditionOf>[]): string | undefined {
  // All are in UTC, to the second, so the order of texts is that of times.
  return conditions
    .flatMap((condition) => condition?.lastTransitionTime ?? [])
    .toSorted()
    .at(-1)
}

function sum(revisions: readonly RevisionHealth[], of: (revision: RevisionHealth) => number): number {
  return revisions.reduce((total, revision) => total + of(revision), 0)
}
