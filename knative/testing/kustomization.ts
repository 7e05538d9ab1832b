import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'

import type { Kubectl } from '../../scripts/cluster/kubectl.ts'

const knative = join(import.meta.dirname, '..')
const folder = join(knative, '../.quartet')

/** What a user would write into a kustomization of theirs. */
export interface Wanted {
  /** Of knative/, such as overlays/local. */
  readonly base: string
  /** Of knative/components/. */
  readonly components?: readonly string[]
  readonly namespace: string
  /** The images that stand for those which the manifests name. */
  readonly images?: Readonly<Record<string, string>>
  readonly patches?: readonly object[]
}

/** Renders what a user's kustomization makes of the manifests. */
export async function render(kubectl: Kubectl, wanted: Wanted): Promise<string> {
  return withFolder(wanted, (at) => kubectl.run(['kustomize', at]))
}

/** Applies it, or asks the server what would come of it. */
export async function applyManifests(kubectl: Kubectl, wanted: Wanted, ...argv: readonly string[]): Promise<string> {
  return withFolder(wanted, (at) => kubectl.run(['apply', '--kustomize', at, ...argv]))
}

async function withFolder<T>(
  { base, components = [], namespace, images = {}, patches = [] }: Wanted,
  work: (folder: string) => Promise<T>,
): Promise<T> {
  mkdirSync(folder, { recursive: true })
  const at = mkdtempSync(join(folder, 'kustomization-'))
  try {
    const kustomization = (path: string, content: object): void => {
      mkdirSync(join(at, path), { recursive: true })
      writeFileSync(join(at, path, 'kustomization.yaml'), JSON.stringify(content))
    }
    const from = (path: string, to: string): string => relative(join(at, path), join(knative, to))
    const replaced = Object.entries(images).map(([name, reference]) => {
      const colon = reference.lastIndexOf(':')
      return { name, newName: reference.slice(0, colon), newTag: reference.slice(colon + 1) }
    })
    // The namespace below the components, which read it.
    kustomization('placed', { namespace, resources: [from('placed', base)] })
    kustomization('.', {
      resources: ['placed'],
      components: components.map((name) => from('.', `components/${name}`)),
      images: replaced,
      patches,
    })
    return await work(at)
  } finally {
    rmSync(at, { recursive: true })
  }
}
