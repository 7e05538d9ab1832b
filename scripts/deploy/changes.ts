import { isDeepStrictEqual } from 'node:util'

import * as z from 'zod/mini'

import type { Kubectl } from '../cluster/kubectl.ts'
import { asList, Manifest, referenceOf } from './manifest.ts'

/** What comes of one object. */
export interface Change {
  readonly object: string
  readonly kind: 'new' | 'changed' | 'same'
  /** Such as `spec.template.spec.containers[0].image: a -> b`. */
  readonly details: readonly string[]
}

const ListOrOne = z.union([z.object({ kind: z.literal('List'), items: z.array(Manifest) }), Manifest])

/**
 * Asks the server what would come of manifests. It refuses what it would refuse: what is wrong, and what is not allowed.
 * @throws ClusterError
 */
export async function changesOf(
  kubectl: Kubectl,
  manifests: readonly Manifest[],
  signal?: AbortSignal,
): Promise<Change[]> {
  if (manifests.length === 0) return []
  const input = asList(manifests)
  const apply = ['apply', '--server-side', '--field-manager=quartet', '--force-conflicts', '--dry-run=server']
  const [live, coming] = await Promise.all([
    objects(kubectl, ['get', '--ignore-not-found', '--filename=-'], { input, signal }),
    objects(kubectl, [...apply, '--filename=-'], { input, signal }),
  ])
  const before = new Map(live.map((each) => [identity(each), each]))
  return coming.map((after) => changeOf(before.get(identity(after)), after))
}

async function objects(
  kubectl: Kubectl,
  argv: readonly string[],
  options: { readonly input: string; readonly signal: AbortSignal | undefined },
): Promise<Manifest[]> {
  const text = await kubectl.run([...argv, '--output=json'], options)
  if (text.trim() === '') return []
  const found = z.parse(ListOrOne, JSON.parse(text))
  return 'items' in found && Array.isArray(found.items) ? found.items : [z.parse(Manifest, found)]
}

function identity(manifest: Manifest): string {
  return `${manifest.metadata.namespace ?? ''} ${referenceOf(manifest)}`
}

function changeOf(before: Manifest | undefined, after: Manifest): Change {
  const object = referenceOf(after)
  if (!before) return { object, kind: 'new', details: [] }
  const found = [...differences(written(before), written(after), '')]
  const details = after.kind === 'Secret' ? found.map((each) => each.replace(/: .*/s, '')) : found
  return { object, kind: details.length > 0 ? 'changed' : 'same', details }
}

/** Without what the server keeps itself. */
function written({ status: _status, ...manifest }: Manifest): unknown {
  const {
    managedFields: _f,
    resourceVersion: _r,
    generation: _g,
    uid: _u,
    creationTimestamp: _c,
    ...metadata
  } = manifest.metadata
  return { ...manifest, metadata }
}

/** Walks two JSON values, and tells where they differ. */
export function* differences(before: unknown, after: unknown, path: string): Generator<string> {
  if (isDeepStrictEqual(before, after)) return
  if (!isContainer(before) || !isContainer(after) || Array.isArray(before) !== Array.isArray(after)) {
    yield `${path}: ${shown(before)} -> ${shown(after)}`
    return
  }
  for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const at = Array.isArray(before) ? `${path}[${key}]` : path === '' ? key : `${path}.${key}`
    yield* differences(Reflect.get(before, key), Reflect.get(after, key), at)
  }
}

function isContainer(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}

/** Of an address that has one: `postgres://user:password@host`. */
const password = /(:\/\/[^\s:@/"]*:)[^\s"]+@/g

function shown(value: unknown): string {
  if (value === undefined) return '(none)'
  const text = JSON.stringify(value)
  const open = text.replaceAll(password, '$1***@')
  return open.length > 80 ? `${open.slice(0, 79)}…` : open
}
