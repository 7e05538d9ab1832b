import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { request } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'

import postgres from 'postgres'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parseAllDocuments } from 'yaml'

import { hashOf } from '../functions/_runtime/auth/token.ts'
import { checkedObjects } from './testing/custom-resources.ts'
import { ask } from './testing/gateway.ts'
import { applyManifests, render, type Wanted } from './testing/kustomization.ts'
import { Namespace } from './testing/namespace.ts'
import { PortForward } from './testing/port-forward.ts'
import { imageOf, names, type Name } from './testing/quartet.ts'
import { questions } from './testing/questions.ts'
import { TestService } from './testing/service.ts'

const folder = import.meta.dirname
let checked: Namespace

beforeAll(async () => {
  checked = await Namespace.create('checked')
  // Knative asks whether a Service's pods would be admitted, which takes their accounts.
  await checked.kubectl.run(['apply', '--filename', join(folder, 'base/service-accounts.yaml')])
  await checked.kubectl.run(['create', 'serviceaccount', 'somebody'])
})

afterAll(() => checked.remove())

async function deploy(
  namespace: Namespace,
  wanted: Omit<Wanted, 'namespace' | 'images'>,
): Promise<Record<Name, TestService>> {
  await applyManifests(namespace.kubectl, { ...wanted, namespace: namespace.name, images: imagesFor(wanted.base) })
  await namespace.kubectl.run(['wait', 'job/migrate', '--for=condition=Complete', '--timeout=150s'])
  const ready = names.map(async (name) => [name, await TestService.ready(namespace, name)] as const)
  return Object.fromEntries(await Promise.all(ready)) as Record<Name, TestService>
}

/** By the names that an overlay gives them. */
function imagesFor(base: string): Record<string, string> {
  const prefix = { 'overlays/local': 'dev.local/', 'overlays/production': 'registry.example/quartet/' }[base] ?? ''
  const own = [...names, 'migrate'].map((name) => [`${prefix}quartet-${name}`, imageOf(name)])
  return { ...Object.fromEntries(own), postgres: imageOf('postgres') }
}

describe('on a laptop, with nearly everything', () => {
  const token = `quartet_${randomBytes(32).toString('base64url')}`
  const authorization = `Bearer ${token}`
  const host = `quartet-${randomBytes(3).toString('hex')}.example`
  const files = mkdtempSync(join(tmpdir(), 'quartet-manifests-'))
  const [certificate, key] = [join(files, 'certificate'), join(files, 'key')]
  let namespace: Namespace
  let services: Record<Name, TestService>

  beforeAll(async () => {
    namespace = await Namespace.create('manifests')
    const subject = ['-subj', `/CN=${host}`, '-addext', `subjectAltName=DNS:${host}`]
    const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', key]
    execFileSync('openssl', ['req', '-x509', ...newKey, '-out', certificate, '-days', '1', ...subject], {
      stdio: 'ignore',
    })
    const entry = `suite: sha256:${hashOf(token).toString('hex')} configs:read metrics:read`
    const { kubectl } = namespace
    await kubectl.run(['create', 'secret', 'generic', 'quartet-tokens', `--from-literal=tokens=${entry}`])
    await kubectl.run(['create', 'secret', 'tls', 'quartet-tls', `--cert=${certificate}`, `--key=${key}`])
    const hosts = ['/spec/rules/0/hosts/0', '/spec/tls/0/hosts/0'].map((path) => ({ op: 'replace', path, value: host }))
    services = await deploy(namespace, {
      base: 'overlays/local',
      components: ['one-host-tls', 'private-registry', 'auth-tokens', 'warm'],
      patches: [{ target: { kind: 'Ingress', name: 'quartet' }, patch: JSON.stringify(hosts) }],
    })
  })

  afterAll(async () => {
    rmSync(files, { recursive: true })
    await namespace.remove()
  })

  test('every function answers who may ask', async () => {
    for (const name of names) {
      const { path, ...question } = questions[name]
      const headers = { ...question.headers, authorization }
      expect({ name, ...(await services[name].ask(path, { ...question, headers })) }).toMatchObject({
        name,
        status: 200,
      })
    }
  })

  test.each(['configs', 'metrics'] as const)('%s wants a token', async (name) => {
    expect(await services[name].ask(questions[name].path)).toMatchObject({ status: 401 })
  })

  test('health is told by Kubernetes, and knows all four', async () => {
    const { body } = await services.health.ask('/health')
    const { source, functions } = JSON.parse(body) as { source: string; functions: Record<string, { state: string }> }
    expect({ source, functions: Object.keys(functions) }).toEqual({ source: 'kubernetes', functions: names })
  })

  test('a host for all sends those who come without TLS to it', async () => {
    expect(await ask(host, '/health')).toMatchObject({ status: 301, headers: { location: `https://${host}/health` } })
  })

  test('a host for all has a path for each function, with the certificate that was given', async () => {
    const forward = await PortForward.open({ name: 'kourier-system' }, 'service/kourier', 443)
    try {
      for (const name of names) {
        const { path, method = 'GET', headers = {}, body } = questions[name]
        const sent = request(`https://${forward.address}${path}`, {
          method,
          headers: { ...headers, host, authorization },
          servername: host,
          ca: readFileSync(certificate),
        })
        const answered = new Promise<{ status: number | undefined; body: string }>((resolve, reject) => {
          sent.on('error', reject)
          sent.on('response', (response) => {
            text(response).then((all) => resolve({ status: response.statusCode, body: all }), reject)
          })
        })
        sent.end(body)
        expect({ name, ...(await answered) }).toMatchObject({ name, status: 200 })
      }
    } finally {
      forward.close()
    }
  })
})

describe('in production, with a database user for each function', () => {
  let namespace: Namespace
  let services: Record<Name, TestService>

  beforeAll(async () => {
    namespace = await Namespace.create('production')
    for (const name of names) {
      const url = `postgres://${name}:secret@postgres/quartet`
      await namespace.kubectl.run([
        'create',
        'secret',
        'generic',
        `${name}-database`,
        `--from-literal=DATABASE_URL=${url}`,
      ])
    }
    services = await deploy(namespace, { base: 'overlays/production', components: ['postgres'] })
    const forward = await PortForward.open(namespace, 'pod/postgres-0', 5432)
    const sql = postgres(`postgres://quartet:quartet@${forward.address}/quartet`, { max: 1 })
    const member = {
      configs: 'quartet_configs, quartet_counts',
      predict: 'quartet_counts',
      health: 'quartet_health, quartet_counts',
      metrics: 'quartet_metrics',
    }
    try {
      for (const name of names) await sql.unsafe(`create user ${name} password 'secret' in role ${member[name]}`)
    } finally {
      await sql.end()
      forward.close()
    }
  })

  afterAll(() => namespace.remove())

  test('every function answers, and its counts get to metrics', async () => {
    for (const name of names) {
      const { path, ...question } = questions[name]
      expect({ name, ...(await services[name].ask(path, question)) }).toMatchObject({ name, status: 200 })
    }
    await expect
      .poll(async () => (await services.metrics.ask('/metrics')).body, { timeout: 60_000, interval: 2000 })
      .toMatch(/http_requests_total\{function="predict",route="\/predict"[^}]*\} [1-9]/)
  })
})

describe('every component', () => {
  const components = readdirSync(join(folder, 'components'))
  /** Those of which one takes the place of the other. */
  const families = [
    ['postgres', 'postgres-volume'],
    ['one-host', 'one-host-tls', 'one-host-cert-manager'],
  ]
  const alone = components.filter((name) => !families.flat().includes(name))
  const wanted = { base: 'base', namespace: 'somewhere' }

  test.each([0, 1, 2])('combines with every other, whichever is first (%i)', async (choice) => {
    const chosen = [...alone, ...families.map((family) => family[choice % family.length] ?? '')]
    const [first, second] = await Promise.all([
      render(checked.kubectl, { ...wanted, components: chosen }),
      render(checked.kubectl, { ...wanted, components: chosen.toReversed() }),
    ])
    expect(objectsIn(second)).toEqual(objectsIn(first))
  })

  test('that makes a ConfigMap has its name wherever it is read', async () => {
    const rendered = await render(checked.kubectl, { ...wanted, components: alone })
    const made = new Set(
      parseAllDocuments(rendered).flatMap((document) =>
        document.get('kind') === 'ConfigMap' ? [document.getIn(['metadata', 'name'])] : [],
      ),
    )
    const read = [...rendered.matchAll(/configMapKeyRef:\n +key: .+\n +name: (.+)/g)].map(([, name]) => name)
    expect(read).not.toEqual([])
    // Whoever deploys makes that of Kafka.
    expect(read.filter((name) => !made.has(name) && name !== 'configs-kafka')).toEqual([])
  })

  test('that is not applied above is what the server knows', async () => {
    const rendered = await render(checked.kubectl, {
      base: 'base',
      namespace: checked.name,
      components: ['auth-jwt', 'domains', 'kafka', 'one-host-cert-manager', 'one-host-gateway', 'postgres-volume'],
    })
    expect(await checkedObjects(checked, rendered)).toEqual(
      expect.arrayContaining([
        'certificate.cert-manager.io/quartet',
        'domainmapping.serving.knative.dev/configs.example',
        'httproute.gateway.networking.k8s.io/quartet',
        'networkpolicy.networking.k8s.io/issuer',
        'networkpolicy.networking.k8s.io/kafka',
        'statefulset.apps/postgres',
      ]),
    )
  })
})

describe('values that users of charts know', () => {
  const values = readdirSync(join(folder, 'values'))
    .filter((name) => name !== 'kustomization.yaml')
    .map((name) => readFileSync(join(folder, 'values', name), 'utf8'))
  const predict = 'service.serving.knative.dev/predict'

  test('are taken', async () => {
    expect(await checkPatches(values.filter((patch) => !needsFeature(patch)))).toContain(predict)
  })

  test('are taken where they need a feature that is on, and else Knative says which field it is', async () => {
    const outcome = await checkPatches(values.filter(needsFeature)).catch((error: unknown) => [String(error)])
    expect(outcome).toContainEqual(
      expect.stringMatching(/^service\.serving\.knative\.dev\/predict$|must not set the field/),
    )
  })
})

/** Each object as it is rendered, in an order of their own, and so the variables of each container. */
function objectsIn(rendered: string): string[] {
  return parseAllDocuments(rendered)
    .map((document) => JSON.stringify(document.toJS(), (key, value) => (key === 'env' ? inOrder(value) : value)))
    .toSorted()
}

function inOrder(env: readonly { readonly name: string }[]): unknown[] {
  return env.toSorted((one, other) => one.name.localeCompare(other.name))
}

function needsFeature(patch: string): boolean {
  return patch.includes('Needs kubernetes.podspec-')
}

/** Has the server check what patches make of predict. */
async function checkPatches(patches: readonly string[]): Promise<string[]> {
  const target = { group: 'serving.knative.dev', kind: 'Service', name: 'predict' }
  const wanted = { base: 'base', namespace: 'somewhere', patches: patches.map((patch) => ({ target, patch })) }
  return checkedObjects(checked, await render(checked.kubectl, wanted))
}
