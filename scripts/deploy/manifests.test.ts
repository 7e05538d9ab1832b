import { expect, test } from 'vitest'

import { SettingsError } from '../../functions/_runtime/settings/configuration.ts'
import { Kubectl } from '../cluster/kubectl.ts'
import { deployedSettings } from './deployed-settings.ts'
import { withImages } from './images.ts'
import { curlLine } from './ingress.ts'
import { entryOf, nameOf, readInventory, removable, union, without, type Entry } from './inventory.ts'
import type { Manifest } from './manifest.ts'
import { asYaml } from './overlay.ts'
import { planOf } from './plan.ts'
import { namespaceOf, relocated } from './relocation.ts'
import { removalOf } from './removal.ts'

interface Given {
  readonly image?: string
  readonly env?: readonly object[]
  readonly maxScale?: string
  readonly namespace?: string
}

const database = {
  name: 'DATABASE_URL',
  valueFrom: { secretKeyRef: { name: 'quartet-database', key: 'DATABASE_URL' } },
}

function service(
  name: string,
  { image = `quartet-${name}`, env = [database], maxScale = '10', namespace = 'shop' }: Given = {},
): Manifest {
  const annotations = { 'autoscaling.knative.dev/max-scale': maxScale }
  return {
    apiVersion: 'serving.knative.dev/v1',
    kind: 'Service',
    metadata: { name, namespace },
    spec: { template: { metadata: { annotations }, spec: { containers: [{ image, env }] } } },
  }
}

const job: Manifest = {
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: { name: 'migrate', namespace: 'shop', labels: { 'app.kubernetes.io/name': 'migrate' } },
  spec: { template: { spec: { containers: [{ image: 'quartet-migrate:1', more: true }] } } },
}
const namespace: Manifest = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } }

function entry(kind: string, name: string, part?: string): Entry {
  return { apiVersion: 'v1', kind, name, ...(part !== undefined && { part }) }
}

function imageIn(manifest: Manifest | undefined): unknown {
  return JSON.stringify(manifest).match(/"image":"([^"]*)"/)?.[1]
}

test.each([
  ['quartet-configs', { prefix: 'registry.example/team/', tag: '2' }, 'registry.example/team/quartet-configs:2'],
  ['dev.local/quartet-configs:1', { tag: '2' }, 'dev.local/quartet-configs:2'],
  ['dev.local/quartet-configs:1', { prefix: 'host:5000/a' }, 'host:5000/a/quartet-configs:1'],
  ['a/quartet-configs@sha256:12', { prefix: 'b' }, 'b/quartet-configs@sha256:12'],
  ['a/quartet-configs@sha256:12', { tag: '2' }, 'a/quartet-configs:2'],
  ['a/quartet-configs:1', {}, 'a/quartet-configs:1'],
  ['postgres:18', { prefix: 'b', tag: '2' }, 'postgres:18'],
  ['a/quartet-postgres:18', { prefix: 'b', tag: '2' }, 'a/quartet-postgres:18'],
])('the image %s with %j is %s', (image, naming, expected) => {
  expect(imageIn(withImages([service('configs', { image })], naming)[0])).toBe(expected)
})

test('nothing else of a manifest changes with its image', () => {
  const [changed] = withImages([job], { prefix: 'b' })
  expect(changed).toEqual(JSON.parse(JSON.stringify(job).replace('quartet-migrate:1', 'b/quartet-migrate:1')))
})

test('an image that is nowhere to be had is refused', () => {
  expect(() => withImages([service('configs')], { prefix: 'a' })).toThrow(
    '--image-prefix registry.example/team --tag 1',
  )
})

test('the settings are those that the containers will have', async () => {
  const effective = await deployedSettings([service('configs', { env: [database, { name: 'PORT', value: '9000' }] })])
  const port = effective.get('configs')?.find(({ path }) => path.join('.') === 'port')
  expect(port).toMatchObject({ value: 9000, origin: 'environment PORT' })
  expect([...effective.keys()]).toEqual(['configs'])
})

test.each([
  [
    { env: [database, { name: 'LOG_LEVEL', value: 'loud' }] },
    'configs in the overlay, environment LOG_LEVEL: logLevel',
  ],
  [{ env: [] }, 'configs in the overlay, set DATABASE_URL: database.url'],
  [{ env: [database, { name: 'SCALE_MAX', value: '5' }] }, 'the annotation autoscaling.knative.dev/max-scale is 10'],
  [{ env: [database, { name: 'SCALE_MAX', value: '100' }], maxScale: '100' }, 'At full scale the pools take'],
])('settings that cannot work are found before anything is applied: %j', async (given, detail) => {
  const checked = deployedSettings([service('configs', given)])
  await expect(checked).rejects.toThrow(SettingsError)
  await expect(checked).rejects.toThrow(detail)
})

test('a plan is in the order of effects, and has what was asked for', () => {
  const account: Manifest = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'configs' } }
  const all = [service('configs'), job, account, namespace, service('predict')]
  expect(planOf(all, [])).toMatchObject({
    namespace: 'shop',
    namespaces: [namespace],
    surroundings: [account],
    migrations: [job],
    isWhole: true,
  })
  const part = planOf(all, ['predict'])
  expect(part.services.map(({ metadata }) => metadata.name)).toEqual(['predict'])
  // It has no tables.
  expect(part).toMatchObject({ migrations: [], isWhole: false })
})

test.each([
  [[], ['predict'], 'The overlay has no predict: it has no Knative Service.'],
  [[service('configs')], ['predict'], 'The overlay has no predict: it has configs.'],
  [[service('configs'), service('predict', { namespace: 'other' })], [], '--namespace does.'],
])('an overlay that cannot be deployed is refused: %#', (manifests, wanted, message) => {
  expect(() => planOf(manifests, wanted)).toThrow(message)
})

function route(at: string): Manifest {
  return {
    apiVersion: 'networking.internal.knative.dev/v1alpha1',
    kind: 'Ingress',
    metadata: { name: 'shop', namespace: at },
    spec: {
      rules: [
        { rewriteHost: `configs.${at}.svc.cluster.local`, splits: [{ serviceNamespace: at, serviceName: 'shop' }] },
      ],
      discovery: { namespaces: { names: [at, 'other'] } },
    },
  }
}

function grant(at: string): Manifest {
  return {
    apiVersion: 'gateway.networking.k8s.io/v1beta1',
    kind: 'ReferenceGrant',
    metadata: { name: 'shop', namespace: 'ingress' },
    spec: { from: [{ namespace: at }], hostnames: ['configs.shop.example', 'a.shop.svc-elsewhere.example'] },
  }
}

test('an overlay in another namespace takes along what names it, and leaves what is elsewhere', () => {
  const before = [namespace, service('configs'), route('shop'), grant('shop')]
  expect(namespaceOf(before)).toBe('shop')
  expect(relocated(before, 'shop', 'market')).toEqual([
    { ...namespace, metadata: { name: 'market' } },
    service('configs', { namespace: 'market' }),
    route('market'),
    grant('market'),
  ])
})

test('texts stay texts for readers of YAML 1.1', () => {
  expect(asYaml([{ ...namespace, data: { a: 'on', b: '1e3', c: 'no', d: true } }])).toMatch(
    /a: "on"\n +b: "1e3"\n +c: "no"\n +d: true/,
  )
})

test('an inventory tells what an overlay no longer has, whatever the version of its API', () => {
  const before = [entryOf(service('configs')), entryOf(service('predict'))]
  const now = [{ ...entryOf(service('configs')), apiVersion: 'serving.knative.dev/v2' }]
  expect(without(before, now).map(nameOf)).toEqual(['Service.v1.serving.knative.dev/predict'])
  expect(union(before, now)).toHaveLength(2)
})

test('an object is the same one whether its manifest says the namespace or leaves it to the deploy', () => {
  const said = service('configs', { namespace: 'shop' })
  const { namespace: _, ...metadata } = said.metadata
  expect(without([entryOf(said, 'shop')], [entryOf({ ...said, metadata }, 'shop')])).toEqual([])
  expect(without([entryOf(said, 'market')], [entryOf({ ...said, metadata }, 'market')])).toHaveLength(1)
})

test('an inventory of before is read with the namespace that it stands in left out', async () => {
  const noted = { objects: [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'a', namespace: 'shop' }] }
  const kubectl = new Kubectl({ namespace: 'shop' })
  kubectl.run = () => Promise.resolve(JSON.stringify({ data: { inventory: JSON.stringify(noted) } }))
  expect(await readInventory(kubectl)).toEqual({ objects: [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'a' }] })
})

test('what may hold data is kept, with what belongs to it', () => {
  const entries = [
    entry('Namespace', 'shop'),
    entry('Secret', 'quartet-database'),
    entry('PersistentVolumeClaim', 'data'),
    entry('StatefulSet', 'postgres', 'postgres'),
    entry('Service', 'postgres', 'postgres'),
    entry('ServiceAccount', 'configs'),
    entry('NetworkPolicy', 'configs-egress', 'configs'),
  ]
  const { removed, kept } = removable(entries)
  expect(removed.map(({ kind }) => kind)).toEqual(['ServiceAccount', 'NetworkPolicy'])
  expect(kept).toHaveLength(5)
  const ofConfigs = removalOf({ objects: entries }, ['configs'])
  expect(ofConfigs.removed.map(({ name }) => name)).toEqual(['configs', 'configs-egress'])
  expect(removalOf({ objects: entries }, ['predict']).removed).toEqual([])
})

test.each([
  ['http://a.shop.example.com', {}, 'curl http://a.shop.example.com/a'],
  ['http://a.test', { address: '127.0.0.1:8080' }, "curl -H 'Host: a.test' http://127.0.0.1:8080/a"],
  ['https://a.test', { address: '10.0.0.1:443' }, 'curl --connect-to a.test:443:10.0.0.1:443 https://a.test/a'],
])('a command that reaches %s through %j', (url, ingress, expected) => {
  expect(curlLine('curl $URL/a', url, ingress)).toBe(expected)
})
