import { execFileSync } from 'node:child_process'

import { afterAll, beforeAll, expect, test } from 'vitest'

import { CustomResources, checkedObjects } from '../../testing/custom-resources.ts'
import { Namespace } from '../../testing/namespace.ts'

let namespace: Namespace
let flagger: CustomResources

beforeAll(async () => {
  flagger = await CustomResources.add('flagger')
  namespace = await Namespace.create('flagger')
})

afterAll(async () => {
  await namespace.remove()
  await flagger.remove()
})

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
