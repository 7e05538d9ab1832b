import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, beforeAll, expect, test } from 'vitest'

import { Namespace } from '../../knative/testing/namespace.ts'
import { imageOf } from '../../knative/testing/quartet.ts'
import { restricted } from '../../knative/testing/restricted.ts'
import { TestService } from '../../knative/testing/service.ts'
import { sleep } from '../local/sleep.ts'
import { QuartetProcess, type Outcome } from '../testing/quartet-process.ts'

const root = join(import.meta.dirname, '../..')
const functionNames = ['predict', 'health', 'metrics'] as const
const ingress = process.env['QUARTET_GATEWAY'] || '127.0.0.1:8080'
// What reaches kubectl besides the PATH: the cluster, and where it keeps what it has learned of it.
const env = { KUBECONFIG: process.env['KUBECONFIG'] ?? '', HOME: homedir() }

let namespace: Namespace
let overlay: string

beforeAll(async () => {
  namespace = await Namespace.create('deploy')
  overlay = mkdtempSync(join(tmpdir(), 'quartet-deploy-'))
})

afterAll(async () => {
  rmSync(overlay, { recursive: true })
  await namespace.remove()
})

interface Given {
  readonly image?: string
  /** What node is to run instead of the function. */
  readonly program?: string
  readonly probe?: string
}

function service(name: string, { image = imageOf(name), program, probe = '/healthz' }: Given = {}): object {
  return {
    apiVersion: 'serving.knative.dev/v1',
    kind: 'Service',
    metadata: { name },
    spec: {
      template: {
        metadata: {
          annotations: {
            'autoscaling.knative.dev/max-scale': '3',
            'queue.sidecar.serving.knative.dev/cpu-resource-request': '1m',
          },
        },
        spec: {
          containers: [
            {
              image,
              ...(program !== undefined && { args: [program] }),
              // Nothing is there, and nothing is asked: it is for what the settings demand.
              ...(name === 'metrics' && { env: [{ name: 'DATABASE_URL', value: 'postgres://127.0.0.1:1/none' }] }),
              readinessProbe: { httpGet: { path: probe } },
              resources: { requests: { cpu: '1m', memory: '64Mi' } },
              securityContext: restricted,
            },
          ],
        },
      },
    },
  }
}

/** A Job that fails at once, in the place of the one that migrates. */
function failingMigration(): object {
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: 'migrate', labels: { 'app.kubernetes.io/name': 'migrate' } },
    spec: {
      backoffLimit: 0,
      template: {
        spec: {
          restartPolicy: 'Never',
          containers: [
            {
              name: 'migrate',
              image: imageOf('health'),
              args: ['/nosuch/migration.js'],
              resources: { requests: { cpu: '1m' } },
              securityContext: restricted,
            },
          ],
        },
      },
    },
  }
}

function account(name: string): object {
  return { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name } }
}

function run(...argv: readonly string[]): QuartetProcess {
  return new QuartetProcess([...argv, '--namespace', namespace.name], { cwd: root, env })
}

/** Deploys these objects as an overlay. */
function start(objects: readonly object[], ...argv: readonly string[]): QuartetProcess {
  writeFileSync(join(overlay, 'kustomization.yaml'), 'resources: [objects.yaml]\n')
  writeFileSync(join(overlay, 'objects.yaml'), JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects }))
  return run('deploy', '--overlay', overlay, '--ingress', ingress, ...argv)
}

const good = () => functionNames.map((name) => service(name))

async function statusesOf(services: readonly TestService[]): Promise<number[]> {
  return (await Promise.all(services.map((each) => each.ask('/livez')))).map(({ status }) => status)
}

test('functions are deployed, and the commands that are printed reach them', async () => {
  const { code, stdout, stderr } = await start([...good(), account('spare')]).outcome()
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(stdout).toContain('changes    4 new, 0 changed, 0 as they were')
  for (const name of functionNames) expect(stdout).toMatch(new RegExp(`^${name}: ${name}-00001, ready`, 'm'))
  const command = stdout.split('\n').find((line) => line.includes('/predict')) ?? ''
  expect(JSON.parse(execFileSync('sh', ['-c', command], { cwd: root, encoding: 'utf8' }))).toMatchObject({ digit: 7 })
})

test('what is as it was makes no revision, and what the overlay no longer has is removed', async () => {
  const { code, stdout } = await start(good()).outcome()
  expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining('0 new, 0 changed, 3 as they were') })
  expect(stdout).toContain('removed    ServiceAccount/spare: the overlay no longer has them')
  expect(stdout).toMatch(/^health: health-00001, ready/m)
  await expect(namespace.kubectl.run(['get', 'serviceaccount/spare'])).rejects.toThrow('not found')
})

test('a dry run prints manifests and what would come of them', async () => {
  const { code, stdout, stderr } = await start(
    good(),
    '--dry-run',
    '--image-prefix',
    'a.example',
    '--tag',
    '7',
  ).outcome()
  expect(code).toBe(0)
  expect(stdout).toContain('image: a.example/quartet-predict:7\n')
  expect(stderr).toMatch(/changed +Service\.v1\.serving\.knative\.dev\/predict\n +spec\.\S+image: ".*" -> "a\.example/)
})

test('a migration that fails stops a deploy with its log', async () => {
  const changed = [...good(), failingMigration()].map((each) =>
    JSON.parse(JSON.stringify(each).replaceAll('"64Mi"', '"65Mi"')),
  )
  const { code, stderr } = await start(changed).outcome()
  expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('The database was not migrated') })
  expect(stderr).toContain("Cannot find module '/nosuch/migration.js'")
  const { stdout } = await run('status', '--output', 'json').outcome()
  expect(stdout).not.toContain('health-00002')
})

test('revisions that crash, lack their image or never get ready are explained, and those before them serve', async () => {
  const services = await Promise.all(functionNames.map((name) => TestService.ready(namespace, name)))
  const bad = [
    service('predict', { program: '/nosuch/program.js' }),
    service('health', { image: 'dev.local/quartet-health:nosuch' }),
    service('metrics', { probe: '/nosuch' }),
  ]
  const deploying = start(bad, '--timeout', '20').outcome()
  const ended = deploying.then(() => 'ended')
  const statuses = new Set<number>()
  while ((await Promise.race([ended, sleep(100)])) !== 'ended') {
    for (const status of await statusesOf(services)) statuses.add(status)
  }
  expect([...statuses]).toEqual([200])

  const { code, stdout, stderr }: Outcome = await deploying
  expect({ code, stderr }).toEqual({ code: 1, stderr: '' })
  expect(stdout).toContain('This took longer than 20 s (--timeout).')
  const explained = (name: string) => stdout.split(`\n${name}: ${name}-00002 did not become ready.\n`)[1] ?? ''
  expect(explained('predict')).toMatch(
    /Cannot find module '\/nosuch\/program\.js'[^]*It ends by itself[^]*predict-00001 keeps/,
  )
  expect(explained('health')).toMatch(/ImagePull|ErrImage/)
  expect(explained('health')).toMatch(/The cluster does not have the image[^]*health-00001 keeps serving\./)
  expect(explained('metrics')).toMatch(/readiness probe has not passed[^]*metrics-00001 keeps serving\./)

  const status = await run('status').outcome()
  expect(status.code).toBe(1)
  expect(status.stdout).toMatch(/^predict +degraded +predict-00001 +100% +\d\/\d +http/m)
  expect(await statusesOf(services)).toEqual([200, 200, 200])
}, 180_000)

test('Ctrl-C ends a deploy, which may be run again', async () => {
  const never = service('health', { probe: '/nosuch' })
  const deploying = start([service('predict'), never, service('metrics')], 'health')
  await expect.poll(() => deploying.stdout, { timeout: 60_000 }).toContain('health: ')
  const { code, stderr } = await deploying.interrupt()
  expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringMatching(/^Interrupted\. What was applied stays/) })
  const again = await start(good(), 'health').outcome()
  expect(again).toMatchObject({ code: 0, stderr: '' })
})

test('a namespace that is not there, and a Secret that is not, are told with the command that makes them', async () => {
  const elsewhere = await new QuartetProcess(
    ['deploy', '--overlay', overlay, '--namespace', `${namespace.name}-nosuch`],
    { cwd: root, env },
  ).outcome()
  expect(elsewhere).toMatchObject({ code: 1, stderr: expect.stringContaining('kubectl create namespace suite-deploy') })
  const secretKeyRef = { name: 'quartet-database', key: 'DATABASE_URL' }
  const health = JSON.parse(
    JSON.stringify(service('health')).replace(
      '"readinessProbe"',
      `"env":${JSON.stringify([{ name: 'DATABASE_URL', valueFrom: { secretKeyRef } }])},"readinessProbe"`,
    ),
  )
  const secretless = await start([health]).outcome()
  expect(secretless).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/create secret generic quartet-database --from-literal=DATABASE_URL=/),
  })
})

test('delete removes what deploys have made, and not the namespace that was there before', async () => {
  expect(await run('delete').outcome()).toMatchObject({ code: 1, stderr: expect.stringContaining('--yes') })
  const one = await run('delete', 'health', '--yes').outcome()
  expect(one).toMatchObject({ code: 0, stderr: '' })
  expect((await run('status', '--output', 'json').outcome()).stdout).not.toContain('"health"')
  const { code, stdout } = await run('delete', '--yes').outcome()
  expect(code).toBe(0)
  expect(stdout).toContain(`Namespace ${namespace.name} stays: it was there before.`)
  const left = await namespace.kubectl.run(['get', 'services.serving.knative.dev,jobs,configmaps', '--output=name'])
  expect(left.trim()).toBe('configmap/kube-root-ca.crt')
})
