import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'

import { afterEach, beforeEach, expect, test } from 'vitest'

import { samplePlan } from '../testing/sample-rollout.ts'
import { loadJob } from './load-job.ts'

interface Seen {
  readonly host: string
  readonly line: string
  readonly bytes: number
}

let servers: Server[]
let seen: Seen[]
let child: ChildProcess | undefined

beforeEach(() => {
  servers = []
  seen = []
})

afterEach(async () => {
  child?.kill('SIGKILL')
  await Promise.all(servers.map((server) => once(server.close(), 'close')))
})

async function serverNamed(host: string): Promise<string> {
  const server = createServer((request, response) => {
    void buffer(request).then((body) => {
      seen.push({ host, line: `${request.method} ${request.url}`, bytes: body.length })
      return response.setHeader('connection', 'close').writeHead(500).end()
    })
  }).listen(0, '127.0.0.1')
  servers.push(server)
  await once(server, 'listening')
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

interface Container {
  readonly image: string
  readonly args: string[]
  readonly env: readonly { readonly name: string; readonly value: string }[]
}

interface Job {
  readonly spec: {
    readonly activeDeadlineSeconds: number
    readonly template: { readonly spec: { readonly containers: readonly [Container] } }
  }
}

function jobOf(name: string): Job {
  const plan = samplePlan({ loadRate: '20' })
  if (plan.load === undefined) throw new Error('The plan has no load.')
  const service = {
    metadata: { name, namespace: 'shop', uid: '1', resourceVersion: '1', generation: 1, annotations: {} },
    spec: { template: { spec: { containers: [] } }, traffic: [] },
    status: { observedGeneration: 1, conditions: [], traffic: [] },
  }
  const stable = {
    kind: 'Revision',
    metadata: { name: `${name}-00001`, labels: {}, annotations: {} },
    spec: { containers: [{ image: 'a:1' }] },
    status: { conditions: [] },
  }
  return loadJob({ service, stable, plan, load: plan.load }) as Job
}

/** Runs what the Job runs, with these servers for the revisions, until so many requests came. */
async function run(name: string, count: number): Promise<void> {
  const [container] = jobOf(name).spec.template.spec.containers
  const settings = JSON.parse(container.env[0]?.value ?? '') as { targets: string[] }
  expect(settings.targets).toEqual([
    `http://stable-${name}.shop.svc.cluster.local`,
    `http://candidate-${name}.shop.svc.cluster.local`,
  ])
  const targets = await Promise.all(['stable', 'candidate'].map(serverNamed))
  const LOAD = JSON.stringify({ ...settings, targets })
  child = spawn(process.execPath, container.args, { env: { LOAD }, stdio: 'inherit' })
  await expect.poll(() => seen.length, { timeout: 15_000 }).toBeGreaterThanOrEqual(count)
  child.kill()
  await once(child, 'exit')
}

test('digits go to both revisions alike, whatever they answer', async () => {
  await run('predict', 40)
  expect(new Set(seen.map(({ line, bytes }) => `${line} ${bytes}`))).toEqual(new Set(['POST /predict 784']))
  const toStable = seen.filter(({ host }) => host === 'stable').length
  expect(Math.abs(toStable - seen.length / 2)).toBeLessThanOrEqual(seen.length / 4)
})

test('configs are made, changed and removed, of each revision its own', async () => {
  await run('configs', 20)
  const lines = seen.filter(({ host }) => host === 'candidate').map(({ line }) => line)
  expect(lines).toEqual(
    expect.arrayContaining([
      'PUT /configs/rollout-load-1-0?create=true',
      'PATCH /configs/rollout-load-1-0',
      'DELETE /configs/rollout-load-1-0',
    ]),
  )
  expect(lines.join()).not.toContain('rollout-load-0-')
})

test('the Job ends by itself, and has the image that the node has already', () => {
  const { spec } = jobOf('predict')
  expect(spec.activeDeadlineSeconds).toBeGreaterThan(180)
  expect(spec.activeDeadlineSeconds).toBeLessThanOrEqual(3_600)
  expect(spec.template.spec.containers[0].image).toBe('a:1')
})
