import { describeMeasurement } from './report.ts'
import type { Service } from './service.ts'
import type { Entry } from './state.ts'

/** https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/event-v1/ : a longer message is refused. */
const mostCharacters = 1_024

/** The Event that tells of the end of a rollout. Its name follows from it, so it is there once however often it is made. */
export function eventOf({ metadata }: Service, entry: Entry): object {
  const { name, namespace, uid } = metadata
  const isPromoted = entry.outcome === 'promoted'
  const at = new Date(entry.endedAtMs).toISOString().replace(/\.\d+Z$/, 'Z')
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: `${name}.rollout-${entry.startedAtMs.toString(36)}`, namespace },
    involvedObject: { apiVersion: 'serving.knative.dev/v1', kind: 'Service', name, namespace, uid },
    type: isPromoted ? 'Normal' : 'Warning',
    reason: isPromoted ? 'RolloutPromoted' : 'RolloutAborted',
    message: messageOf(entry).slice(0, mostCharacters),
    source: { component: 'quartet-rollout' },
    reportingComponent: 'quartet-rollout',
    firstTimestamp: at,
    lastTimestamp: at,
    count: 1,
  }
}

function messageOf({ outcome, candidate, revision, change, reason, measurements }: Entry): string {
  const parts = [
    `Revision ${candidate} (${change}) was ${outcome}; ${revision} has all traffic.`,
    ...(reason === undefined ? [] : [reason]),
    ...measurements.map((measurement) => `${describeMeasurement(measurement)}.`),
  ]
  return parts.join(' ')
}
