import { isKnativeService, type Manifest } from './manifest.ts'

/** Fields that name a namespace, whatever object they are of. */
const fields: ReadonlySet<string> = new Set([
  'namespace',
  'serviceNamespace',
  'secretNamespace',
  // Of what watches namespaces.
  'names',
  'matchNames',
  // A label by which policies tell them.
  'kubernetes.io/metadata.name',
])

/** Finds the namespace that an overlay names for its Knative Services; undefined where it is none, or more than one. */
export function namespaceOf(manifests: readonly Manifest[]): string | undefined {
  const named = new Set(manifests.filter(isKnativeService).map(({ metadata }) => metadata.namespace))
  return named.size === 1 ? [...named][0] : undefined
}

/**
 * Puts an overlay into another namespace: its own objects, and what names that namespace in any, such as routes. Objects that
 * it has elsewhere, such as in the ingress's namespace, stay there; kustomize's `namespace` would move them, and leaves routes.
 */
export function relocated(manifests: readonly Manifest[], from: string, to: string): Manifest[] {
  const address = new RegExp(`(?<=\\.)${RegExp.escape(from)}(?=\\.svc(?![\\w-]))`, 'g')
  const moved = (value: unknown, key?: string): unknown => {
    if (typeof value === 'string') {
      const isName = key !== undefined && fields.has(key)
      return isName && value === from ? to : value.replace(address, to)
    }
    if (Array.isArray(value)) return value.map((item) => moved(item, key))
    if (typeof value !== 'object' || value === null) return value
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, moved(item, name)]))
  }
  return manifests.map((manifest) => {
    const { metadata, ...rest } = moved(manifest) as Manifest
    const isItself = manifest.kind === 'Namespace' && metadata.name === from
    return { ...rest, metadata: isItself ? { ...metadata, name: to } : metadata }
  })
}
