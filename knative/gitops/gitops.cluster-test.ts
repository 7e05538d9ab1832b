import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'

import { afterAll, beforeAll, expect, test } from 'vitest'
import { parseAllDocuments } from 'yaml'
import * as z from 'zod/mini'

import { Kubectl } from '../../scripts/cluster/kubectl.ts'
import { checkedObjects } from '../testing/custom-resources.ts'
import { Namespace } from '../testing/namespace.ts'

const here = import.meta.dirname
const environment = join(here, 'environments/production')
let namespace: Namespace

beforeAll(async () => {
  namespace = await Namespace.create('gitops')
})

afterAll(() => namespace.remove())

const Named = z.object({ kind: z.string(), metadata: z.object({ name: z.string() }) })

/** What a kustomization makes, as `Kind/name`. */
async function madeBy(folder: string): Promise<string[]> {
  const rendered = await new Kubectl().run(['kustomize', folder])
  return parseAllDocuments(rendered).map((document) => {
    const { kind, metadata } = Named.parse(document.toJS())
    return `${kind}/${metadata.name}`
  })
}

test.each([
  ['argocd', ['application.argoproj.io/quartet', 'appproject.argoproj.io/quartet']],
  [
    'flux',
    [
      'gitrepository.source.toolkit.fluxcd.io/quartet',
      'kustomization.kustomize.toolkit.fluxcd.io/quartet',
      'kustomization.kustomize.toolkit.fluxcd.io/quartet-migration',
      'kustomization.kustomize.toolkit.fluxcd.io/quartet-support',
    ],
  ],
])('%s is given what it understands', async (folder, objects) => {
  const rendered = await new Kubectl().run(['kustomize', join(here, folder)])
  expect((await checkedObjects(namespace, rendered)).toSorted()).toEqual(objects)
})

test('Flux makes each object in one of its three steps', async () => {
  const steps = parseAllDocuments(readFileSync(join(here, 'flux/kustomizations.yaml'), 'utf8'))
  const parts = await Promise.all(steps.map((step) => partOf(step.toJS())))
  const [support = [], migration, functions] = parts
  expect(migration).toEqual(['Job/migrate'])
  expect(functions).toEqual(['Service/configs', 'Service/health', 'Service/metrics', 'Service/predict'])
  expect(support).toContain('Namespace/quartet')
  expect(parts.flat().toSorted()).toEqual((await madeBy(environment)).toSorted())
})

const Step = z.object({ spec: z.object({ patches: z.array(z.unknown()) }) })

/** What a step of Flux makes of the environment: Flux adds the patches to it as Kustomize does. */
async function partOf(step: unknown): Promise<string[]> {
  const { patches } = Step.parse(step).spec
  const folder = mkdtempSync(join(tmpdir(), 'quartet-flux-'))
  try {
    const kustomization = { resources: [relative(folder, environment)], patches }
    writeFileSync(join(folder, 'kustomization.yaml'), JSON.stringify(kustomization))
    return await madeBy(folder)
  } finally {
    rmSync(folder, { recursive: true })
  }
}
