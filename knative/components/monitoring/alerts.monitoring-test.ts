import { setTimeout as sleep } from 'node:timers/promises'

import { afterAll, beforeAll, expect, test } from 'vitest'

import type { Prometheus } from '../../../bundle/testing/prometheus.ts'
import { freePort } from '../../../scripts/local/free-port.ts'
import { Namespace } from '../../testing/namespace.ts'
import { deployQuartet, type Quartet } from '../../testing/quartet.ts'
import { Alertmanager } from './testing/alertmanager.ts'
import { clusterPrometheus } from './testing/cluster-prometheus.ts'
import { tellKnativeMetrics } from './testing/knative-metrics.ts'

// An alert is raised when it has gone on for minutes.
const longestMs = 400_000
const awake = { 'autoscaling.knative.dev/window': '60s' }

let namespace: Namespace
let quartet: Quartet
let alertmanager: Alertmanager
let prometheus: Prometheus
let traffic: Promise<void>
const ending = new AbortController()

beforeAll(async () => {
  await tellKnativeMetrics()
  namespace = await Namespace.create('alerts')
  // A sink that knows nothing of events.
  const sink = `http://predict.${namespace.name}.svc.cluster.local/predict`
  quartet = await deployQuartet(namespace, awake, { K_SINK: sink })
  alertmanager = await Alertmanager.start(await freePort())
  prometheus = await clusterPrometheus(await freePort(), namespace.name, alertmanager.address)
  traffic = changeConfigs()
})

afterAll(async () => {
  ending.abort()
  await traffic
  await prometheus.stop()
  await alertmanager.stop()
  await namespace.remove()
})

test('a sink that refuses events is a matter for tickets', async () => {
  await expect.poll(() => alertmanager.told.tickets, { timeout: longestMs, interval: 500 }).toContain('EventsRefused')
})

test('a revision whose image is not there, and a database that is gone, are matters for the pager', async () => {
  const image = [
    { op: 'replace', path: '/spec/template/spec/containers/0/image', value: 'dev.local/quartet-predict:gone' },
  ]
  await namespace.kubectl.patch('services.serving.knative.dev/predict', image)
  await namespace.kubectl.delete(['pod/postgres', '--wait=false'])
  await expect
    .poll(() => alertmanager.told.pager, { timeout: longestMs, interval: 500 })
    .toEqual(expect.arrayContaining(['NotReady', 'DatabaseDown']))
})

async function changeConfigs(): Promise<void> {
  const headers = { 'content-type': 'application/merge-patch+json' }
  while (!ending.signal.aborted) {
    const body = JSON.stringify({ metadata: { at: String(Date.now()) } })
    const question = { method: 'PATCH', headers, body }
    await quartet.services.configs.ask('/configs/datacenter-1', question).catch(() => undefined)
    await sleep(500)
  }
}
