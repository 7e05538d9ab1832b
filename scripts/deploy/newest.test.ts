import { expect, test } from 'vitest'

import { newestServes } from './newest.ts'

const service = { apiVersion: 'serving.knative.dev/v1', kind: 'Service', metadata: { name: 'predict' } }
const spec = { containers: [{ image: 'predict:1' }] }

test('a deploy takes the name and the traffic back that a rollout has pinned', () => {
  expect(newestServes({ ...service, spec: { template: { spec } } })).toEqual({
    ...service,
    spec: { template: { metadata: { name: '' }, spec }, traffic: [{ latestRevision: true, percent: 100 }] },
  })
})

test('what an overlay says of them itself stays', () => {
  const traffic = [{ revisionName: 'predict-blue', percent: 100 }]
  const said = { ...service, spec: { template: { metadata: { name: 'predict-green' }, spec }, traffic } }
  expect(newestServes(said)).toEqual(said)
})
