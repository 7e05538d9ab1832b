import * as z from 'zod/mini'

import type { Kubectl } from '../cluster/kubectl.ts'
import type { Manifest } from './manifest.ts'

/** Tells a namespace that a deploy has made from one that was there before. */
const makerLabel = 'app.kubernetes.io/managed-by'
const maker = 'quartet-deploy'

const Labelled = z.object({
  kind: z.string(),
  metadata: z.object({ name: z.string(), labels: z._default(z.record(z.string(), z.string()), {}) }),
})

/** What people put into a namespace and would miss. */
const missedKinds = [
  'secrets',
  'configmaps',
  'persistentvolumeclaims',
  'deployments.apps',
  'statefulsets.apps',
  'cronjobs.batch',
  'services.serving.knative.dev',
]
/** Kubernetes puts it into each namespace. */
const ofKubernetes = 'kube-root-ca.crt'

export function asOurs(namespace: Manifest): Manifest {
  const { metadata } = namespace
  return { ...namespace, metadata: { ...metadata, labels: { ...metadata.labels, [makerLabel]: maker } } }
}

export async function isOurs(kubectl: Kubectl, namespace: string): Promise<boolean> {
  const { metadata } = await kubectl.json(['get', `namespace/${namespace}`], Labelled)
  return metadata.labels[makerLabel] === maker
}

/** What else is in the namespace, as `Kind/name`. */
export async function othersIn(kubectl: Kubectl): Promise<string[]> {
  const found = await kubectl.list([missedKinds.join(',')], Labelled)
  return found.flatMap(({ kind, metadata: { name } }) => (name === ofKubernetes ? [] : [`${kind}/${name}`]))
}
