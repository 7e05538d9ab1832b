import * as z from 'zod/mini'

import { validate } from '../../functions/_runtime/request/validate.ts'
import type { Kubectl } from '../cluster/kubectl.ts'
import { asList, referenceOf, type Manifest } from './manifest.ts'

/** An object that a deploy has made. */
const Entry = z.object({
  apiVersion: z.string(),
  kind: z.string(),
  name: z.string(),
  /** Where it is elsewhere than the inventory. */
  namespace: z.optional(z.string()),
  /** What it is a part of: the label app.kubernetes.io/name. */
  part: z.optional(z.string()),
})
export type Entry = z.output<typeof Entry>

const Inventory = z.object({ objects: z.array(Entry) })
export type Inventory = z.output<typeof Inventory>

const ConfigMap = z.object({ data: z._default(z.record(z.string(), z.string()), {}) })

/** The ConfigMap in which a deploy notes what it has made, for the next one and for `quartet delete`. */
export const inventoryName = 'quartet-deployment'
const nothing: Inventory = { objects: [] }

/** @throws ClusterError */
export async function readInventory(kubectl: Kubectl, signal?: AbortSignal): Promise<Inventory> {
  const text = await kubectl.run(['get', 'configmap', inventoryName, '--ignore-not-found', '--output=json'], { signal })
  if (text.trim() === '') return nothing
  const { data } = z.parse(ConfigMap, JSON.parse(text))
  const result = validate(Inventory, JSON.parse(data['inventory'] ?? '{}'))
  if (!result.success) throw new Error(`The ConfigMap ${inventoryName} does not have the form that a deploy gives it.`)
  return { objects: result.value.objects.map((entry) => at(entry, kubectl.namespace)) }
}

export async function writeInventory(kubectl: Kubectl, inventory: Inventory): Promise<void> {
  const labels = { 'app.kubernetes.io/part-of': 'quartet' }
  const metadata = { name: inventoryName, namespace: kubectl.namespace, labels }
  const data = { inventory: JSON.stringify(inventory, undefined, 1) }
  await kubectl.apply(JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata, data }))
}

/** @param home the namespace of the inventory */
export function entryOf({ apiVersion, kind, metadata }: Manifest, home?: string): Entry {
  const part = metadata.labels?.['app.kubernetes.io/name']
  const { name, namespace } = metadata
  return at({ apiVersion, kind, name, namespace, ...(part !== undefined && { part }) }, home)
}

/** What says no namespace gets into that of the inventory too: the same object must not look like two, of which one is gone. */
function at({ namespace, ...entry }: Entry, home: string | undefined): Entry {
  return namespace === undefined || namespace === home ? entry : { ...entry, namespace }
}

/** What there is of both, each once. */
export function union(one: readonly Entry[], other: readonly Entry[]): Entry[] {
  return [...new Map([...one, ...other].map((entry) => [keyOf(entry), entry])).values()]
}

export function without(one: readonly Entry[], other: readonly Entry[]): Entry[] {
  const keys = new Set(other.map(keyOf))
  return one.filter((entry) => !keys.has(keyOf(entry)))
}

/** As kubectl is told of it. */
export function nameOf({ apiVersion, kind, name }: Entry): string {
  return referenceOf({ apiVersion, kind, metadata: { name } })
}

// A version of an API comes and goes; the object stays the same.
function keyOf({ apiVersion, kind, name, namespace = '' }: Entry): string {
  const [group = ''] = apiVersion.includes('/') ? apiVersion.split('/') : []
  return [group, kind, namespace, name].join(' ')
}

/** Kinds whose loss is one of data, or of what only people know. */
const keptKinds: ReadonlySet<string> = new Set([
  'Namespace',
  'PersistentVolume',
  'PersistentVolumeClaim',
  'Secret',
  'StatefulSet',
  'CustomResourceDefinition',
])

/** Parts what may be removed from what is kept: data, and what the server of that data consists of. */
export function removable(entries: readonly Entry[]): { readonly removed: Entry[]; readonly kept: Entry[] } {
  const servers = new Set(
    entries.flatMap(({ kind, part }) => (kind === 'StatefulSet' && part !== undefined ? [part] : [])),
  )
  const isKept = ({ kind, name, part = name }: Entry): boolean => keptKinds.has(kind) || servers.has(part)
  return { removed: entries.filter((entry) => !isKept(entry)), kept: entries.filter(isKept) }
}

/** @throws ClusterError */
export async function remove(kubectl: Kubectl, entries: readonly Entry[], signal?: AbortSignal): Promise<void> {
  if (entries.length === 0) return
  const manifests = entries.map(({ apiVersion, kind, name, namespace }) => {
    return { apiVersion, kind, metadata: { name, ...(namespace !== undefined && { namespace }) } }
  })
  await kubectl.run(['delete', '--ignore-not-found', '--filename=-'], { input: asList(manifests), signal })
}
