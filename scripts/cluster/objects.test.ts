import { expect, test } from 'vitest'
import * as z from 'zod/mini'

import { Event, KnativeService, Pod, PodAutoscaler, Revision, revisionLabel, serviceLabel } from './objects.ts'

const metadata = { name: 'predict', namespace: 'shop', generation: 2, managedFields: [] }
const containers = [{ image: 'registry.example/predict:1', ports: [] }]

test('of a service that Knative has not seen yet, nothing is said', () => {
  const service = z.parse(KnativeService, { metadata, spec: { template: { spec: { containers } } } })
  expect(service).toMatchObject({
    metadata: { name: 'predict', generation: 2, labels: {}, annotations: {} },
    spec: { template: { spec: { containers: [{ image: 'registry.example/predict:1' }] } }, traffic: [] },
    status: { observedGeneration: 0, conditions: [], traffic: [] },
  })
  expect(service.status.url).toBeUndefined()
})

test('of one that serves, its traffic and its revisions are read', () => {
  const traffic = [{ latestRevision: true, percent: 100, revisionName: 'predict-00002', tag: 'current' }]
  const status = {
    observedGeneration: 2,
    conditions: [{ type: 'Ready', status: 'True' }],
    latestReadyRevisionName: 'predict-00002',
    traffic,
    url: 'http://predict.shop.example.com',
  }
  expect(
    z.parse(KnativeService, { metadata, spec: { template: { spec: { containers } }, traffic }, status }),
  ).toMatchObject({ status })
})

test('revisions, autoscalers, pods and events before and after something is known of them', () => {
  expect(z.parse(Revision, { metadata, spec: { containers } }).status.conditions).toEqual([])
  expect(z.parse(PodAutoscaler, { metadata }).status.desiredScale).toBeUndefined()
  expect(z.parse(PodAutoscaler, { metadata, status: { actualScale: 0 } }).status.actualScale).toBe(0)
  const labels = { [serviceLabel]: 'predict', [revisionLabel]: 'predict-00002' }
  expect(z.parse(Pod, { metadata: { ...metadata, labels } }).metadata.labels).toEqual(labels)
  const about = { kind: 'Pod', name: 'predict-x' }
  expect(z.parse(Event, { metadata, involvedObject: about, reason: 'Failed', lastTimestamp: null })).toMatchObject({
    type: 'Normal',
    reason: 'Failed',
    message: '',
    involvedObject: about,
  })
})
