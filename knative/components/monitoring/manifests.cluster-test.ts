import { execFileSync } from 'node:child_process'

import { afterAll, beforeAll, expect, test } from 'vitest'

import { checkedObjects } from '../../testing/custom-resources.ts'
import { Namespace } from '../../testing/namespace.ts'

let namespace: Namespace

beforeAll(async () => {
  namespace = await Namespace.create('operator')
})

afterAll(() => namespace.remove())

test('the API server takes what is for the Prometheus operator and for Grafana', async () => {
  const objects = execFileSync('kubectl', ['kustomize', import.meta.dirname], { encoding: 'utf8' })
  expect((await checkedObjects(namespace, objects)).toSorted()).toEqual([
    'clusterrole.rbac.authorization.k8s.io/quartet-monitoring',
    'clusterrolebinding.rbac.authorization.k8s.io/quartet-monitoring',
    'configmap/quartet-dashboards',
    'networkpolicy.networking.k8s.io/monitoring',
    'podmonitor.monitoring.coreos.com/knative',
    'podmonitor.monitoring.coreos.com/kourier-gateway',
    'podmonitor.monitoring.coreos.com/quartet-queue-proxies',
    'prometheusrule.monitoring.coreos.com/quartet',
    'scrapeconfig.monitoring.coreos.com/quartet-metrics',
  ])
})
