import { functions } from '../../functions/list.ts'
import { workloadOf, type Manifest } from './manifest.ts'

interface Naming {
  /** What the names begin with, such as `registry.example/team`. */
  readonly prefix?: string | undefined
  readonly tag?: string | undefined
}

/** Ours are called quartet-NAME, whatever stands before and behind that. */
const names = [...Object.keys(functions), 'migrate'].join('|')
const ours = new RegExp(`^(?:(?<prefix>.+)/)?(?<name>quartet-(?:${names}))(?:[:@](?<version>.+))?$`)

/**
 * Gives the images of the functions other names; those of others stay as they are.
 * @throws Error when an image is left without a place to take it from
 */
export function withImages(manifests: readonly Manifest[], naming: Naming): Manifest[] {
  return manifests.map((manifest) => {
    const workload = workloadOf(manifest)
    if (!workload) return manifest
    const { spec } = workload
    const containers = spec.template.spec.containers.map((container) => {
      return { ...container, image: renamed(container.image, naming) }
    })
    const template = { ...spec.template, spec: { ...spec.template.spec, containers } }
    return { ...manifest, spec: { ...spec, template } }
  })
}

function renamed(image: string, naming: Naming): string {
  const found = ours.exec(image)?.groups
  if (!found) return image
  const { name = '' } = found
  const prefix = naming.prefix?.replace(/\/$/, '') ?? found['prefix']
  const isDigest = image.includes('@')
  const version = naming.tag ?? found['version']
  if (prefix === undefined || version === undefined) {
    throw new Error(
      `The overlay does not say where the image ${image} is: --image-prefix registry.example/team --tag 1 would.`,
    )
  }
  return `${prefix}/${name}${isDigest && naming.tag === undefined ? '@' : ':'}${version}`
}
