import * as z from 'zod/mini'

import { Kubectl } from '../../../../scripts/cluster/kubectl.ts'

const Observability = z.object({ data: z.optional(z.record(z.string(), z.string())) })
const protocol = { 'metrics-protocol': 'prometheus', 'request-metrics-protocol': 'prometheus' }

/** Has Knative tell its metrics, as the README says. They go on being told: to take that back would replace every pod again. */
export async function tellKnativeMetrics(): Promise<void> {
  const kubectl = new Kubectl({ namespace: 'knative-serving' })
  const { data = {} } = await kubectl.json(['get', 'configmap', 'config-observability'], Observability)
  if (Object.entries(protocol).every(([key, value]) => data[key] === value)) return
  await kubectl.patch('configmap/config-observability', { data: protocol })
  const deployments = ['activator', 'autoscaler', 'controller'].map((name) => `deployment/${name}`)
  await kubectl.run(['rollout', 'restart', ...deployments])
  await Promise.all(deployments.map((each) => kubectl.run(['rollout', 'status', each, '--timeout=90s'])))
}
