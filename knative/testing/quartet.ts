import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'

import { inject } from 'vitest'

import { programs } from '../../bundle/image/build-images.ts'
import { functions } from '../../functions/list.ts'
import { Kubectl } from '../../scripts/cluster/kubectl.ts'
import { ClusterDatabase } from './database.ts'
import type { Images } from './images.ts'
import type { Namespace } from './namespace.ts'
import { impatient, reservedCpu, TestService, type Annotations } from './service.ts'

export type Name = keyof typeof functions
export const names = Object.keys(functions) as readonly Name[]

/** All four functions in a namespace, with their database. */
export interface Quartet {
  readonly database: ClusterDatabase
  readonly services: Readonly<Record<Name, TestService>>
}

const base = join(import.meta.dirname, '../base')
const scratch = join(import.meta.dirname, '../../.quartet/cluster')

/**
 * Deploys the manifests of knative/base as they are, but for the images, the namespace, and the little that they reserve.
 * @param annotations of every revision; they stand over those by which it is at zero soon
 * @param settings of every function, as variables of its environment
 */
export async function deployQuartet(
  namespace: Namespace,
  annotations: Annotations = {},
  settings: Readonly<Record<string, string>> = {},
  images: Images = inject('images'),
): Promise<Quartet> {
  const database = await ClusterDatabase.start(namespace, images['postgres'] ?? '')
  const stringData = { DATABASE_URL: database.url }
  await namespace.apply({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'quartet-database' }, stringData })
  await namespace.kubectl.apply(await rendered(namespace, images, { ...impatient, ...annotations }, settings))
  await namespace.kubectl.run(['wait', 'job/migrate', '--for=condition=Complete', '--timeout=120s'])
  const ready = names.map(async (name) => [name, await TestService.ready(namespace, name)] as const)
  return { database, services: Object.fromEntries(await Promise.all(ready)) as Quartet['services'] }
}

async function rendered(
  namespace: Namespace,
  images: Images,
  annotations: Annotations,
  settings: Readonly<Record<string, string>>,
): Promise<string> {
  const folder = join(scratch, namespace.name)
  const template = '/spec/template/metadata/annotations'
  const patch = [
    ...Object.entries(annotations).map(([key, value]) => {
      return { op: 'add', path: `${template}/${key.replace('/', '~1')}`, value }
    }),
    ...Object.entries(settings).map(([name, value]) => {
      return { op: 'add', path: '/spec/template/spec/containers/0/env/-', value: { name, value } }
    }),
    { op: 'replace', path: '/spec/template/spec/containers/0/resources/requests/cpu', value: reservedCpu },
  ]
  const kustomization = {
    apiVersion: 'kustomize.config.k8s.io/v1beta1',
    kind: 'Kustomization',
    namespace: namespace.name,
    resources: [relative(folder, base)],
    images: programs.map((name) => {
      const [newName = '', newTag] = (images[name] ?? '').split(/:(?=[^:/]*$)/)
      return { name: `quartet-${name}`, newName, newTag }
    }),
    patches: [{ target: { group: 'serving.knative.dev', kind: 'Service' }, patch: JSON.stringify(patch) }],
  }
  mkdirSync(folder, { recursive: true })
  try {
    writeFileSync(join(folder, 'kustomization.yaml'), JSON.stringify(kustomization))
    return await new Kubectl().run(['kustomize', folder])
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** @throws Error when this run has made none of that name */
export function imageOf(name: string): string {
  const image = inject('images')[name]
  if (image === undefined) throw new Error(`There is no image of ${name}.`)
  return image
}
