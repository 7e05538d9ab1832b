import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

import { parseAllDocuments } from 'yaml'
import * as z from 'zod/mini'

import { Kubectl } from '../../scripts/cluster/kubectl.ts'
import type { Namespace } from './namespace.ts'

// Each project's own definitions, as the Go module of its release has them.
const modules: Readonly<Record<string, Definitions>> = {
  'argo-cd': {
    module: 'github.com/argoproj/argo-cd/v3@v3.2.0',
    files: ['manifests/crds/application-crd.yaml', 'manifests/crds/appproject-crd.yaml'],
  },
  'cert-manager': {
    module: 'github.com/cert-manager/cert-manager@v1.21.2',
    files: ['certificates', 'clusterissuers', 'issuers'].map((kind) => `deploy/crds/cert-manager.io_${kind}.yaml`),
  },
  flagger: {
    module: 'github.com/fluxcd/flagger@v1.44.0',
    files: ['artifacts/flagger/crd.yaml'],
  },
  'flux-kustomize': {
    module: 'github.com/fluxcd/kustomize-controller@v1.7.3',
    files: ['config/crd/bases/kustomize.toolkit.fluxcd.io_kustomizations.yaml'],
  },
  'flux-source': {
    module: 'github.com/fluxcd/source-controller@v1.7.3',
    files: ['config/crd/bases/source.toolkit.fluxcd.io_gitrepositories.yaml'],
  },
  'gateway-api': {
    module: 'sigs.k8s.io/gateway-api@v1.4.0',
    files: ['gateways', 'httproutes', 'referencegrants'].map(
      (kind) => `config/crd/standard/gateway.networking.k8s.io_${kind}.yaml`,
    ),
  },
  'prometheus-operator': {
    module: 'github.com/prometheus-operator/prometheus-operator@v0.85.0',
    files: ['podmonitors', 'prometheusrules', 'scrapeconfigs', 'servicemonitors'].map(
      (kind) => `example/prometheus-operator-crd/monitoring.coreos.com_${kind}.yaml`,
    ),
  },
}

/**
 * Adds kinds of other projects that the cluster lacks, without what acts on them: the API server then checks manifests of
 * them. It takes Go, which fetches the modules.
 * @returns what removes those that were added, and whatever there is of them
 */
export async function addCustomResources(): Promise<() => Promise<void>> {
  const kubectl = new Kubectl()
  const there = (await kubectl.run(['get', 'customresourcedefinitions', '--output=name'])).split('\n')
  const definitions = (await Promise.all(Object.values(modules).map(definitionsOf))).flat()
  const missing = definitions.filter(({ name }) => !there.includes(name))
  // One project's say more than the API server knows; it takes what it knows, as it does for the project's users.
  for (const { manifest } of missing)
    await kubectl.run(['create', '--validate=false', '--filename=-'], { input: manifest })
  const added = missing.map(({ name }) => name)
  if (added.length === 0) return async () => undefined
  await kubectl.run(['wait', '--for=condition=Established', '--timeout=60s', ...added])
  return async () => {
    await kubectl.delete(added)
  }
}

/**
 * Has the API server check every object of a file as if it were made in the namespace, whatever namespace it names. It
 * refuses fields that it does not know.
 * @returns what would be made, such as `application.argoproj.io/quartet`
 */
export async function checkedObjects(namespace: Namespace, yaml: string): Promise<string[]> {
  const objects = parseAllDocuments(yaml).map((document) => document.toJS() as { metadata: { namespace?: string } })
  for (const { metadata } of objects) delete metadata.namespace
  const list = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects })
  const printed = await namespace.kubectl.apply(list, { dryRun: true })
  return printed
    .trim()
    .split('\n')
    .map((line) => line.split(' ')[0] ?? '')
}

const Definition = z.object({ kind: z.literal('CustomResourceDefinition'), metadata: z.object({ name: z.string() }) })
const Downloaded = z.object({ Dir: z.string() })

interface Definitions {
  /** With its version. */
  readonly module: string
  readonly files: readonly string[]
}

async function definitionsOf({ module, files }: Definitions): Promise<{ name: string; manifest: string }[]> {
  const { stdout } = await promisify(execFile)('go', ['mod', 'download', '-json', module])
  const folder = Downloaded.parse(JSON.parse(stdout)).Dir
  const texts = await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')))
  const objects = texts.flatMap((text) => parseAllDocuments(text).map((document): unknown => document.toJS()))
  return objects
    .filter((object) => object !== null)
    .map((object) => {
      const { metadata } = Definition.parse(object)
      return {
        name: `customresourcedefinition.apiextensions.k8s.io/${metadata.name}`,
        manifest: JSON.stringify(object),
      }
    })
}
