import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import { candidateTag, stableTag } from '../desired.ts'
import type { Plan } from '../plan.ts'
import type { Part, Service } from '../service.ts'
import type { LoadOptions } from './load-options.ts'
import { requestsFor } from './requests.ts'

const longestSeconds = 3_600
const program = readFileSync(join(import.meta.dirname, 'send.mjs'), 'utf8')

interface Parts {
  readonly service: Service
  readonly stable: Part
  readonly plan: Plan
  readonly load: LoadOptions
}

export function loadJobName(service: string): string {
  return `${service}-rollout-load`
}

/**
 * A Job that sends requests to both revisions by their tags, so that the two can be compared though no user calls. It runs
 * in the image of the stable revision, which has Node and is on the node already; the program comes as an argument.
 */
export function loadJob({ service, stable, plan, load }: Parts): object {
  const { name, namespace, uid } = service.metadata
  const targets = [stableTag, candidateTag].map((tag) => `http://${tag}-${name}.${namespace}.svc.cluster.local`)
  const settings = { targets, rate: load.rate, requests: requestsFor(name, load), seconds: secondsOf(plan) }
  const [container] = (stable.spec?.['containers'] ?? []) as { image: string }[]
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: {
      name: loadJobName(name),
      namespace,
      labels: { 'app.kubernetes.io/managed-by': 'quartet' },
      // It goes with the Service, whatever becomes of the command that made it.
      ownerReferences: [{ apiVersion: 'serving.knative.dev/v1', kind: 'Service', name, uid }],
    },
    spec: {
      backoffLimit: 2,
      activeDeadlineSeconds: settings.seconds,
      ttlSecondsAfterFinished: 60,
      template: {
        metadata: { labels: { 'app.kubernetes.io/managed-by': 'quartet' } },
        spec: {
          restartPolicy: 'Never',
          automountServiceAccountToken: false,
          securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
          containers: [
            {
              name: 'load',
              image: load.image ?? container?.image,
              args: ['--input-type=module', '--eval', program],
              env: [{ name: 'LOAD', value: JSON.stringify(settings) }],
              resources: { requests: { cpu: '5m', memory: '48Mi' }, limits: { cpu: '500m', memory: '128Mi' } },
              securityContext: {
                allowPrivilegeEscalation: false,
                readOnlyRootFilesystem: true,
                capabilities: { drop: ['ALL'] },
              },
            },
          ],
        },
      },
    },
  }
}

/** As long as the rollout can take, since a measurement without data may make each stage longer by its timeout. */
function secondsOf({ stages, analysis }: Plan): number {
  const { initialDelayMs, intervalMs, count, dataTimeoutMs } = analysis
  const longestMs = stages.map(
    ({ minimumMs }) => Math.max(minimumMs, initialDelayMs + intervalMs * count) + dataTimeoutMs,
  )
  const sumMs = longestMs.reduce((sum, each) => sum + each, 0)
  return Math.min(Math.ceil(sumMs / 1_000) + 60, longestSeconds)
}
