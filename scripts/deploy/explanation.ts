import { troubleOf } from '../../functions/health/kubernetes/pod-trouble.ts'
import { ClusterError } from '../cluster/cluster-error.ts'
import type { Kubectl } from '../cluster/kubectl.ts'
import { revisionLabel, Pod, type KnativeService } from '../cluster/objects.ts'
import { cut } from '../terminal/live-lines.ts'
import { described } from '../terminal/described.ts'
import { tellingLines } from './log-line.ts'

/** What is known of a revision that did not become ready. */
export interface Evidence {
  readonly name: string
  readonly namespace: string
  readonly revision: string
  readonly image: string
  /** What Knative says of it, as `reason: message`. */
  readonly condition: string | undefined
  /** What keeps its pod from starting. */
  readonly trouble: string | undefined
  readonly log: readonly string[]
  /** The revisions that requests go to meanwhile. */
  readonly serving: readonly string[]
}

/** So much of a log is read on one screen. */
const mostLogLines = 8

/** Asks the cluster why the newest revision of a service is not ready. */
export async function evidenceOf(kubectl: Kubectl, service: KnativeService): Promise<Evidence> {
  const { status, spec, metadata } = service
  const revision = status.latestCreatedRevisionName ?? ''
  const pods = revision === '' ? [] : await kubectl.list(['pods', `--selector=${revisionLabel}=${revision}`], Pod)
  const ready = status.conditions.find(({ type }) => type === 'Ready')
  const isSaid = ready !== undefined && ready.status !== 'True'
  return {
    name: metadata.name,
    namespace: metadata.namespace,
    revision,
    image: spec.template.spec.containers[0]?.image ?? '',
    condition: isSaid ? [ready.reason, ready.message].filter(Boolean).join(': ') : undefined,
    trouble: troubleOf(pods),
    log: await lastLines(kubectl, pods),
    serving: status.traffic.flatMap(({ revisionName, percent }) => {
      return revisionName !== undefined && percent > 0 && revisionName !== revision ? [revisionName] : []
    }),
  }
}

async function lastLines(kubectl: Kubectl, pods: readonly Pod[]): Promise<string[]> {
  const pod = pods.find(({ metadata }) => metadata.deletionTimestamp === undefined)
  const container = pod?.status?.containerStatuses?.find(({ name }) => name !== 'queue-proxy')
  if (!pod || !container) return []
  try {
    const log = await kubectl.logs(pod.metadata.name, { container: container.name, tail: 10 * mostLogLines })
    return tellingLines(log).slice(-mostLogLines)
  } catch (error) {
    // A container that never ran has no log.
    if (error instanceof ClusterError) return []
    throw error
  }
}

/**
 * Says on one screen why a revision is not ready, what to do, and who serves meanwhile.
 * @param width of the screen
 */
export function explanation(evidence: Evidence, width: number): string[] {
  const { name, revision, image, condition, trouble, log, serving } = evidence
  const fact = (title: string, text: string | undefined): string[] => {
    return text === undefined || text === '' ? [] : described(title, text, width)
  }
  const lines = log.map((line) => cut(`    | ${line}`, width))
  const meanwhile =
    serving.length > 0
      ? `${serving.join(' and ')} ${serving.length > 1 ? 'keep' : 'keeps'} serving.`
      : `Nothing serves ${name}: no revision of it has been ready before.`
  return [
    `${name}: ${revision === '' ? 'its new revision' : revision} did not become ready.`,
    ...fact('Knative says', condition),
    ...fact('the pod says', trouble),
    ...fact('its image', image),
    ...(lines.length > 0 ? ['  its last lines', ...lines] : []),
    ...fact('what to do', advice(evidence)),
    ...fact('meanwhile', meanwhile),
  ]
}

/** Signs in what Knative and the pod say, and what helps; the first that fits. */
const remedies: readonly (readonly [RegExp, (evidence: Evidence) => string])[] = [
  [
    /ErrImageNeverPull|ErrImagePull|ImagePullBackOff|InvalidImageName|Unable to fetch image|failed to resolve image/,
    ({ image, namespace }) =>
      image.startsWith('dev.local/')
        ? `The cluster does not have the image, and dev.local/ is never pulled. Load it into each node, or deploy one that is there.`
        : `The cluster cannot have the image. Is it pushed under this name, and may namespace ${namespace} pull it (imagePullSecrets)?`,
  ],
  [
    /CreateContainerConfigError|CreateContainerError|secret ".*" not found|configmap ".*" not found/,
    ({ namespace }) =>
      `A Secret, ConfigMap or key that the pod names is not in namespace ${namespace}. Make it; the pod then starts by itself.`,
  ],
  [
    /OOMKilled|exit code 137/i,
    () => 'It took more memory than its limit. Raise resources.limits.memory in the overlay.',
  ],
  [
    /Unschedulable|Insufficient/,
    () => 'No node has room for it. Lower resources.requests, end other pods, or add a node.',
  ],
  [
    /forbidden|exceeded quota|violates PodSecurity|FailedCreate/,
    ({ namespace }) => `Namespace ${namespace} refuses the pod. What is said above is the rule that it breaks.`,
  ],
  [
    /CrashLoopBackOff|exit code|ExitCode|Container failed/,
    ({ namespace, revision }) =>
      `It ends by itself; its last lines say why. More: kubectl --namespace ${namespace} logs --selector serving.knative.dev/revision=${revision} --container user-container --previous`,
  ],
]

function advice(evidence: Evidence): string {
  const said = `${evidence.trouble ?? ''}\n${evidence.condition ?? ''}`
  const [, remedy] = remedies.find(([sign]) => sign.test(said)) ?? []
  if (remedy) return remedy(evidence)
  return `It runs, and its readiness probe has not passed in time. Does it listen on the port of the probe, and what does it wait for? More time: --timeout.`
}
