import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

import { afterAll, beforeAll, expect, test } from 'vitest'
import { parseAllDocuments } from 'yaml'
import * as z from 'zod/mini'

import type { Prometheus } from '../../../bundle/testing/prometheus.ts'
import { KnativeService } from '../../../scripts/cluster/objects.ts'
import { freePort } from '../../../scripts/local/free-port.ts'
import { Namespace } from '../../testing/namespace.ts'
import { imageOf } from '../../testing/quartet.ts'
import { TestService } from '../../testing/service.ts'
import { clusterPrometheus } from '../monitoring/testing/cluster-prometheus.ts'

const Canary = z.object({
  metadata: z.object({ name: z.string() }),
  spec: z.looseObject({ analysis: z.looseObject({ metrics: z.array(z.looseObject({})) }) }),
  status: z.optional(z.object({ phase: z.string() })),
})

/** It asks itself, so that what it is told of others decides what it answers. */
const well = { HEALTH_TARGETS_HEALTH: 'http://127.0.0.1:8080' }
const ill = { ...well, HEALTH_TARGETS_CONFIGS: 'http://127.0.0.1:1' }

let namespace: Namespace
let health: TestService
let prometheus: Prometheus
let flagger: ChildProcess
let traffic: Promise<void>
const ending = new AbortController()

beforeAll(async () => {
  namespace = await Namespace.create('flagger')
  health = await deploy(well)
  const port = await freePort()
  prometheus = await clusterPrometheus(port, namespace.name)
  traffic = askHealth()
  await namespace.kubectl.apply(JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects(port) }))
  flagger = spawn('flagger', [
    `-kubeconfig=${process.env['KUBECONFIG']}`,
    `-namespace=${namespace.name}`,
    '-mesh-provider=knative',
    `-metrics-server=http://127.0.0.1:${port}`,
    `-port=${await freePort()}`,
  ])
  await reached('Initialized')
})

afterAll(async () => {
  ending.abort()
  await traffic
  flagger.kill('SIGTERM')
  await once(flagger, 'exit')
  await prometheus.stop()
  await namespace.remove()
})

test('a good revision gets everything, and one that answers 503 is taken back', async () => {
  await deploy({ ...well, LOG_LEVEL: 'warn' })
  await reached('Progressing')
  await reached('Succeeded')
  const good = await primary()
  expect(good).toBe('health-00002')

  await deploy(ill)
  await reached('Progressing')
  await reached('Failed')
  expect(await primary()).toBe(good)
  expect((await health.ask('/health')).status).toBe(200)
})

function deploy(env: Readonly<Record<string, string>>): Promise<TestService> {
  const annotations = { 'autoscaling.knative.dev/window': '60s' }
  return TestService.deploy(namespace, { name: 'health', image: imageOf('health'), env, annotations })
}

/** What the component has for health, judged sooner, by the Prometheus of this test. */
function objects(port: number): object[] {
  const canaries = read('canaries.yaml').map((object) => Canary.parse(object))
  const canary = canaries.find(({ metadata }) => metadata.name === 'health')
  if (!canary) throw new Error('There is no canary of health.')
  const { analysis } = canary.spec
  Object.assign(analysis, { interval: '10s', stepWeight: 25, threshold: 2 })
  for (const metric of analysis.metrics) metric['interval'] = '20s'
  const here = `address: http://127.0.0.1:${port}`
  const templates = read('metric-templates.yaml', (text) => text.replaceAll(/address: .+/g, here))
  return [{ apiVersion: 'flagger.app/v1beta1', kind: 'Canary', ...canary }, ...templates]
}

function read(path: string, change = (text: string) => text): object[] {
  const text = change(readFileSync(join(import.meta.dirname, path), 'utf8'))
  return parseAllDocuments(text).map((document) => document.toJS() as object)
}

async function reached(phase: string): Promise<void> {
  while ((await phaseNow()) !== phase) await sleep(500)
}

async function phaseNow(): Promise<string | undefined> {
  return (await namespace.kubectl.json(['get', 'canary', 'health'], Canary)).status?.phase
}

/** The revision that everybody is sent to. */
async function primary(): Promise<string | undefined> {
  const { status } = await namespace.kubectl.json(['get', 'services.serving.knative.dev', 'health'], KnativeService)
  return status.traffic?.find(({ percent }) => percent === 100)?.revisionName
}

async function askHealth(): Promise<void> {
  while (!ending.signal.aborted) {
    await health.ask('/health').catch(() => undefined)
    await sleep(100)
  }
}
