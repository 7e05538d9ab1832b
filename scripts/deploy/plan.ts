import { hasMigrations } from '../migrate-functions.ts'
import { isKnativeService, isMigration, type Manifest } from './manifest.ts'

/** The manifests of a deploy, by the order in which they have their effect. */
export interface Plan {
  readonly namespace: string
  readonly namespaces: readonly Manifest[]
  /** What functions and migrations stand on. */
  readonly surroundings: readonly Manifest[]
  readonly migrations: readonly Manifest[]
  readonly services: readonly Manifest[]
  /** Whether it is all that the overlay has. */
  readonly isWhole: boolean
}

/**
 * Plans a deploy.
 * @param wanted the functions; none means all
 * @throws Error when the overlay lacks one
 */
export function planOf(manifests: readonly Manifest[], wanted: readonly string[]): Plan {
  const all = manifests.filter(isKnativeService)
  const names = all.map(({ metadata }) => metadata.name)
  const missing = wanted.filter((name) => !names.includes(name))
  if (missing.length > 0) {
    throw new Error(`The overlay has no ${missing.join(', ')}: it has ${names.join(', ') || 'no Knative Service'}.`)
  }
  if (all.length === 0) throw new Error('The overlay has no Knative Service.')
  const services = wanted.length === 0 ? all : all.filter(({ metadata }) => wanted.includes(metadata.name))
  const namespaces = [...new Set(all.map(({ metadata }) => metadata.namespace))]
  const [namespace] = namespaces
  if (namespaces.length > 1 || namespace === undefined) {
    throw new Error('The overlay does not put its Knative Services into one namespace: --namespace does.')
  }
  const isOfMigration = services.some(({ metadata }) => hasMigrations(metadata.name))
  return {
    namespace,
    services,
    namespaces: manifests.filter(({ kind }) => kind === 'Namespace'),
    migrations: isOfMigration ? manifests.filter(isMigration) : [],
    surroundings: manifests.filter(
      (each) => each.kind !== 'Namespace' && !isMigration(each) && !isKnativeService(each),
    ),
    isWhole: services.length === all.length,
  }
}
