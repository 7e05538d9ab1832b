import { setTimeout as sleep } from 'node:timers/promises'

import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import type { Prometheus } from '../../../bundle/testing/prometheus.ts'
import { freePort } from '../../../scripts/local/free-port.ts'
import { Namespace } from '../../testing/namespace.ts'
import { deployQuartet, names, type Quartet } from '../../testing/quartet.ts'
import { questions } from '../../testing/questions.ts'
import { dashboards } from './files.ts'
import { clusterPrometheus } from './testing/cluster-prometheus.ts'

// The activator tells of requests that pass it, which are few while there are pods.
const awake = { 'autoscaling.knative.dev/window': '60s', 'autoscaling.knative.dev/target-burst-capacity': '-1' }

let namespace: Namespace
let quartet: Quartet
let prometheus: Prometheus
let traffic: Promise<void>
const ending = new AbortController()

beforeAll(async () => {
  namespace = await Namespace.create('monitoring')
  // Without a sink there are no series of events.
  const sink = `http://predict.${namespace.name}.svc.cluster.local/predict`
  quartet = await deployQuartet(namespace, awake, { K_SINK: sink })
  prometheus = await clusterPrometheus(await freePort(), namespace.name)
  traffic = askAll()
}, 240_000)

afterAll(async () => {
  ending.abort()
  await traffic
  await prometheus.stop()
  await namespace.remove()
})

test.each([['quartet-metrics'], ['quartet-queue-proxies'], ['knative'], ['kourier-gateway']])(
  'what %s scrapes answers',
  async (job) => {
    await expect.poll(() => valuesOf(`max(up{job="${job}"})`), { timeout: 60_000 }).toEqual([1])
  },
)

describe.each(dashboards)('every query of $title', ({ rows }) => {
  const queries = rows
    .flatMap(({ panels }) => panels)
    .flatMap(({ title, queries: ofPanel }) => ofPanel.map(({ expression }) => [title, expression] as const))

  test.each(queries)('%s: %s', async (_, expression) => {
    await expect.poll(() => valuesOf(chosen(expression)), { timeout: 90_000, interval: 500 }).not.toEqual([])
  })
})

/** The numbers that a query has now; what is divided by nothing is none. */
async function valuesOf(expression: string): Promise<number[]> {
  return (await prometheus.query(expression)).filter((value) => !Number.isNaN(value))
}

/** A query as Grafana fills it in. */
function chosen(expression: string): string {
  return expression
    .replaceAll('$__rate_interval', '1m')
    .replaceAll('$namespace', namespace.name)
    .replaceAll('$function', 'predict')
    .replaceAll('$revision', '.*')
}

async function askAll(): Promise<void> {
  while (!ending.signal.aborted) {
    const asked = names.map((name) => {
      const { path, ...question } = questions[name]
      return quartet.services[name].ask(path, question)
    })
    await Promise.allSettled([...asked, changeConfig()])
    await sleep(300)
  }
}

function changeConfig(): Promise<unknown> {
  const body = JSON.stringify({ metadata: { at: String(Date.now()) } })
  const headers = { 'content-type': 'application/merge-patch+json' }
  return quartet.services.configs.ask('/configs/datacenter-1', { method: 'PATCH', headers, body })
}
