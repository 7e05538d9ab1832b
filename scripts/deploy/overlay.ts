import { existsSync, mkdtempSync, readdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative, resolve } from 'node:path'

import { parseAllDocuments, stringify } from 'yaml'
import * as z from 'zod/mini'

import { ClusterError } from '../cluster/cluster-error.ts'
import type { Kubectl } from '../cluster/kubectl.ts'
import { Manifest } from './manifest.ts'
import { namespaceOf, relocated } from './relocation.ts'

const overlays = resolve(import.meta.dirname, '../../knative/overlays')
const files = ['kustomization.yaml', 'kustomization.yml', 'Kustomization']

/**
 * Finds the folder of an overlay: one of knative/overlays by its name, or any.
 * @throws Error that names those there are
 */
export function overlayFolder(nameOrFolder: string): string {
  const candidates = [join(overlays, nameOrFolder), resolve(nameOrFolder)]
  const found = candidates.find((folder) => files.some((file) => existsSync(join(folder, file))))
  if (found !== undefined) return realpathSync(found)
  const names = existsSync(overlays) ? readdirSync(overlays).join(', ') : 'none'
  throw new Error(
    `There is no overlay "${nameOrFolder}": ${resolve(nameOrFolder)} has no kustomization.yaml, and knative/overlays has ${names}.`,
  )
}

/**
 * Renders an overlay as `kubectl kustomize` does.
 * @param namespace instead of the one that it names
 * @throws Error with what kustomize says
 */
export async function renderOverlay(kubectl: Kubectl, folder: string, namespace?: string): Promise<Manifest[]> {
  const manifests = await render(kubectl, folder)
  if (namespace === undefined) return manifests
  const from = namespaceOf(manifests)
  // Where there is none to begin with, nothing can name it.
  return from === undefined ? render(kubectl, folder, namespace) : relocated(manifests, from, namespace)
}

async function render(kubectl: Kubectl, folder: string, namespace?: string): Promise<Manifest[]> {
  // Kustomize takes no absolute paths, and follows no links on the way to relative ones.
  const around = mkdtempSync(join(realpathSync(tmpdir()), 'quartet-overlay-'))
  try {
    const kustomization = { resources: [relative(around, folder)], ...(namespace !== undefined && { namespace }) }
    writeFileSync(join(around, 'kustomization.yaml'), stringify(kustomization))
    const documents = parseAllDocuments(await rendered(kubectl, around, folder))
    return [...documents].map((document) => z.parse(Manifest, document.toJS()))
  } finally {
    rmSync(around, { recursive: true })
  }
}

async function rendered(kubectl: Kubectl, around: string, folder: string): Promise<string> {
  try {
    return await kubectl.run(['kustomize', around])
  } catch (error) {
    if (!(error instanceof ClusterError) || error.kind === 'no kubectl') throw error
    throw new Error(`Kustomize cannot render ${folder}: ${error.message}`, { cause: error })
  }
}

/** Manifests as people read them, and as any reader of YAML 1.1, which Kubernetes is, reads them too. */
export function asYaml(manifests: readonly Manifest[]): string {
  return manifests.map((manifest) => stringify(manifest, { version: '1.1', lineWidth: 0 })).join('---\n')
}
