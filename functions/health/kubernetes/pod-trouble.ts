import { conditionOf, type Pod } from './objects.ts'

type Container = NonNullable<NonNullable<Pod['status']>['containerStatuses']>[number]

/** Reasons for which a container waits that is on its way. */
const starting = new Set(['ContainerCreating', 'PodInitializing'])

/** Says what keeps the first of these pods that cannot start from it; undefined when none has trouble. */
export function troubleOf(pods: readonly Pod[]): string | undefined {
  for (const pod of pods) {
    // One that is to go may end as it likes.
    const trouble = pod.metadata.deletionTimestamp === undefined ? troubleWith(pod) : undefined
    if (trouble !== undefined) return `Pod ${pod.metadata.name}: ${trouble}`
  }
  return undefined
}

function troubleWith(pod: Pod): string | undefined {
  const { status } = pod
  const scheduled = conditionOf(pod, 'PodScheduled')
  if (scheduled?.status === 'False') return sentence(scheduled.reason ?? 'not scheduled', scheduled.message)
  if (status?.phase === 'Failed') return sentence(status.reason ?? 'failed', status.message)
  for (const container of status?.containerStatuses ?? []) {
    const trouble = troubleIn(container)
    if (trouble !== undefined) return `${container.name}: ${trouble}`
  }
  return undefined
}

function troubleIn({ ready, restartCount, state, lastState }: Container): string | undefined {
  const waiting = state?.waiting
  if (waiting?.reason !== undefined && !starting.has(waiting.reason)) return sentence(waiting.reason, waiting.message)
  const ended = state?.terminated ?? (restartCount > 0 && !ready ? lastState?.terminated : undefined)
  return ended && `ended with exit code ${ended.exitCode}${ended.reason === undefined ? '' : ` (${ended.reason})`}.`
}

function sentence(reason: string, message?: string): string {
  return message === undefined || message === '' ? `${reason}.` : `${reason}: ${message}`
}
