import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'

import { ownArchitecture, type Architecture } from '../../bundle/image/architecture.ts'
import { buildImages, programs } from '../../bundle/image/build-images.ts'
import { push, type Deliverable } from '../../bundle/image/delivery.ts'
import { postgresImage } from './postgres/image.ts'

const root = join(import.meta.dirname, '../..')

/** How images get to where the pods run. */
export interface Way {
  /** What their names begin with; Knative resolves no digest of what begins with dev.local. */
  readonly registry: string
  deliver(image: Deliverable): void
}

/**
 * Finds the way that the environment names: a command that takes an archive, such as `kind load image-archive`, or a
 * registry to push to.
 * @throws Error when it names none
 */
export function wayOf(env: NodeJS.ProcessEnv = process.env): Way {
  const { QUARTET_IMAGE_LOAD: command, QUARTET_IMAGE_REGISTRY: registry } = env
  if (registry) return { registry, deliver: push }
  if (!command) {
    const ways =
      'QUARTET_IMAGE_LOAD, such as `kind load image-archive`, or QUARTET_IMAGE_REGISTRY, such as registry.example/team'
    throw new Error(`It is not said how images get to the cluster. Set ${ways}.`)
  }
  const [program = '', ...argv] = command.split(/\s+/)
  return {
    registry: 'dev.local',
    deliver: ({ archive }) => {
      execFileSync(program, [...argv, archive], { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] })
    },
  }
}

/** The references of images by their names: those of functions, `migrate` and `postgres`. */
export type Images = Readonly<Record<string, string>>

/** Makes an image that is none of a function, as an archive in a folder. */
interface Maker {
  readonly name: string
  readonly make: (architecture: Architecture, reference: string, folder: string) => Promise<Deliverable>
}

/** Makes the images of every function and of their database, and takes them to the cluster under a tag of this run alone. */
export async function deliverImages(way: Way, also: readonly Maker[] = []): Promise<Images> {
  if (!existsSync(join(root, 'dist'))) throw new Error('There are no bundles. Run `npm run build` first.')
  const architecture = architectureHere()
  const { registry } = way
  const tag = `test-${Date.now().toString(36)}-${process.pid}`
  const folder = join(root, '.quartet/cluster')
  const built = await buildImages({ names: programs, architecture, compression: 'gzip', registry, tag, folder })
  const delivered = new Map(built.map((image) => [image.name, image as Deliverable]))
  for (const { name, make } of [{ name: 'postgres', make: postgresImage }, ...also])
    delivered.set(name, await make(architecture, `${registry}/quartet-${name}:${tag}`, folder))
  for (const image of delivered.values()) way.deliver(image)
  return Object.fromEntries([...delivered].map(([name, { reference }]) => [name, reference]))
}

function architectureHere(): Architecture {
  const architecture = ownArchitecture()
  if (!architecture) throw new Error(`Images are not made for ${process.arch}.`)
  return architecture
}
