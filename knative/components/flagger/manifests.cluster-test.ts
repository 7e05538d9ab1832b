import { execFileSync } from 'node:child_process'

import { afterAll, beforeAll, expect, test } from 'vitest'

import { checkedObjects } from '../../testing/custom-resources.ts'
import { Namespace } from '../../testing/namespace.ts'

let namespace: Namespace

beforeAll(async () => {
  namespace = await Namespace.create('flagger')
})

afterAll(() => namespace.remove())

test('the API server takes the canaries and what they ask Prometheus', async () => {
  const objects = execFileSync('kubectl', ['kustomize', import.meta.dirname], { encoding: 'utf8' })
  expect((await checkedObjects(namespace, objects)).toSorted()).toEqual([
    'canary.flagger.app/configs',
    'canary.flagger.app/health',
    'canary.flagger.app/predict',
    'metrictemplate.flagger.app/error-rate',
    'metrictemplate.flagger.app/latency',
  ])
})
