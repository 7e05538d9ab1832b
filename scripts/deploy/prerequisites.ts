import * as z from 'zod/mini'

import { ClusterError } from '../cluster/cluster-error.ts'
import type { Kubectl } from '../cluster/kubectl.ts'
import { workloadOf, type Manifest } from './manifest.ts'

const Named = z.object({ metadata: z.object({ name: z.string() }) })

/**
 * Finds out whether the cluster is there, and has Knative.
 * @throws ClusterError
 */
export async function requireKnative(kubectl: Kubectl, signal?: AbortSignal): Promise<void> {
  const known = await kubectl.run(['api-resources', '--api-group=serving.knative.dev', '--output=name'], { signal })
  if (!known.includes('services.serving.knative.dev')) {
    throw new ClusterError(
      'unknown kind',
      'Knative Serving is not installed on this cluster: https://knative.dev/docs/install/ says how. `kn quickstart kind` makes a cluster that has it.',
    )
  }
}

/**
 * Finds out whether there is a namespace; one that may not be looked at is taken to be there.
 * @throws ClusterError
 */
export async function hasNamespace(kubectl: Kubectl, name: string, signal?: AbortSignal): Promise<boolean> {
  const asked = kubectl.run(['get', `namespace/${name}`, '--ignore-not-found', '--output=name'], { signal })
  return (await unlessForbidden(asked)) !== ''
}

/** Who may deploy need not be allowed to look at everything. */
async function unlessForbidden<Found>(asked: Promise<Found>): Promise<Found | undefined> {
  try {
    return await asked
  } catch (error) {
    if (error instanceof ClusterError && error.kind === 'no permission') return undefined
    throw error
  }
}

/**
 * Finds the Secrets that pods will look for and not find.
 * @returns a line for each, with the command that makes it; none where Secrets may not be listed
 */
export async function missingSecrets(
  kubectl: Kubectl,
  manifests: readonly Manifest[],
  namespace: string,
  signal?: AbortSignal,
): Promise<string[]> {
  const listed = await unlessForbidden(kubectl.list(['secrets'], Named, { signal }))
  if (listed === undefined) return []
  const coming = manifests.filter(({ kind }) => kind === 'Secret')
  const there = new Set([...listed, ...coming].map(({ metadata }) => metadata.name))
  const wanted = new Map<string, Set<string>>()
  for (const { name, key } of manifests.flatMap(secretsOf)) {
    if (!there.has(name)) wanted.set(name, (wanted.get(name) ?? new Set()).add(key))
  }
  return [...wanted].map(([name, keys]) => {
    const literals = [...keys].map((key) => `--from-literal=${key}=${exampleOf(key)}`).join(' ')
    return `There is no Secret "${name}" in namespace ${namespace}, and pods need it. This makes it:\n  kubectl --namespace ${namespace} create secret generic ${name} ${literals}`
  })
}

function secretsOf(manifest: Manifest): { readonly name: string; readonly key: string }[] {
  const containers = workloadOf(manifest)?.spec.template.spec.containers ?? []
  const keys = containers.flatMap(({ env = [] }) => env.flatMap(({ valueFrom }) => valueFrom?.secretKeyRef ?? []))
  return keys.filter(({ optional }) => optional !== true)
}

function exampleOf(key: string): string {
  return key === 'DATABASE_URL' ? "'postgres://user:password@host:5432/quartet'" : '...'
}
