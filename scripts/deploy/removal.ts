import * as z from 'zod/mini'

import type { Kubectl } from '../cluster/kubectl.ts'
import { inventoryName, removable, without, writeInventory, type Entry, type Inventory } from './inventory.ts'

const Named = z.object({ kind: z.string(), metadata: z.object({ name: z.string() }) })

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
const isOfKubernetes = ({ metadata }: z.output<typeof Named>): boolean => metadata.name === 'kube-root-ca.crt'

/**
 * Says what of an inventory is to be removed.
 * @param wanted functions; none means everything
 */
export function removalOf(
  { objects }: Inventory,
  wanted: readonly string[],
): { readonly removed: Entry[]; readonly kept: Entry[] } {
  const { removed, kept } = removable(objects)
  const data = kept.filter(({ kind }) => kind !== 'Namespace')
  if (wanted.length === 0) return { removed, kept: data }
  const isOf = ({ name, part }: Entry): boolean => wanted.includes(part ?? name)
  return { removed: removed.filter(isOf), kept: [] }
}

/** Takes what was removed out of the inventory, which goes with the last of it. */
export async function forget(kubectl: Kubectl, inventory: Inventory, removed: readonly Entry[]): Promise<void> {
  const objects = without(inventory.objects, removed)
  const isNothingLeft = removable(objects).removed.length === 0
  if (isNothingLeft) await kubectl.delete([`configmap/${inventoryName}`])
  else await writeInventory(kubectl, { ...inventory, objects })
}

/** What else is in the namespace, as `Kind/name`. */
export async function othersIn(kubectl: Kubectl): Promise<string[]> {
  const found = await kubectl.list([missedKinds.join(',')], Named)
  return found.filter((each) => !isOfKubernetes(each)).map(({ kind, metadata }) => `${kind}/${metadata.name}`)
}
