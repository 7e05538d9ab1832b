import { execFileSync } from 'node:child_process'

import { isOnPath } from '../../scripts/on-path.ts'

export interface Deliverable {
  readonly reference: string
  readonly archive: string
  readonly directory: string
}

type Delivery = (image: Deliverable) => readonly [string, ...string[]]

/** Who can take an archive where containers run. */
export const loaders = {
  containerd: ({ archive }) => ['ctr', '--namespace', 'k8s.io', 'images', 'import', archive],
  kind: ({ archive }) => ['kind', 'load', 'image-archive', archive],
  docker: ({ archive }) => ['docker', 'load', '--input', archive],
} satisfies Record<string, Delivery>

/** Clients of registries that push an image as it is, so that its digest stays; the first that is there is taken. */
const pushers = {
  crane: ({ directory, reference }) => ['crane', 'push', directory, reference],
  skopeo: ({ archive, reference }) => [
    'skopeo',
    'copy',
    '--preserve-digests',
    `oci-archive:${archive}`,
    `docker://${reference}`,
  ],
  oras: ({ directory, reference }) => [
    'oras',
    'cp',
    '--from-oci-layout',
    `${directory}:${tagOf(reference)}`,
    reference,
  ],
} satisfies Record<string, Delivery>

export function load(image: Deliverable, where: keyof typeof loaders): void {
  deliver(loaders[where](image))
}

/** @throws Error when no client of registries is there, or it fails; what it said is on stderr */
export function push(image: Deliverable): void {
  const client = Object.keys(pushers).find(isOnPath) as keyof typeof pushers | undefined
  if (client === undefined)
    throw new Error(`Pushing takes one of ${Object.keys(pushers).join(', ')}, and the PATH has none of them.`)
  deliver(pushers[client](image))
}

function deliver([program, ...argv]: readonly [string, ...string[]]): void {
  if (!isOnPath(program)) throw new Error(`There is no ${program} on the PATH.`)
  try {
    execFileSync(program, argv, { stdio: ['ignore', 'ignore', 'inherit'] })
  } catch (error) {
    throw new Error(`\`${[program, ...argv].join(' ')}\` failed; what it said stands above.`, { cause: error })
  }
}

function tagOf(reference: string): string {
  return reference.slice(reference.lastIndexOf(':') + 1)
}
