import type { Kubectl } from '../cluster/kubectl.ts'
import { inventoryName, removable, without, writeInventory, type Entry, type Inventory } from './inventory.ts'

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
  else await writeInventory(kubectl, { objects })
}
