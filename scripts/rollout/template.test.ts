import { expect, test } from 'vitest'

import { changedTemplate, changeText, templateOf } from './template.ts'
import { warmthPatch } from './warmth.ts'

const sidecar = { name: 'log', image: 'log:1' }
const served = { name: 'a', image: 'a:1', ports: [{ containerPort: 8080 }], env: [{ name: 'A', value: '1' }] }
const template = {
  metadata: { name: 'a-00001', annotations: { 'autoscaling.knative.dev/window': '30s' } },
  spec: { containers: [sidecar, served], volumes: [{ name: 'tmp', emptyDir: {} }] },
}

test('a change is of the container that serves, and nothing else is touched', () => {
  expect(changedTemplate(template, 'a-r1', { image: 'a:2', env: { A: '2', B: '=' } })).toEqual({
    metadata: { name: 'a-r1', annotations: { 'autoscaling.knative.dev/window': '30s' } },
    spec: {
      ...template.spec,
      containers: [
        sidecar,
        {
          ...served,
          image: 'a:2',
          env: [
            { name: 'A', value: '2' },
            { name: 'B', value: '=' },
          ],
        },
      ],
    },
  })
  expect(changeText({ image: 'a:2', env: { A: '2' } })).toBe('image a:2, A=2')
})

test('the template of a revision is what it was made from', () => {
  const revision = {
    kind: 'Revision',
    metadata: {
      name: 'a-00001',
      labels: { team: 'one', 'serving.knative.dev/service': 'a' },
      annotations: {
        'autoscaling.knative.dev/min-scale': '3',
        'serving.knative.dev/creator': 'admin',
        'serving.knative.dev/progress-deadline': '60s',
      },
    },
    spec: template.spec,
    status: { conditions: [] },
  }
  const annotations = { 'serving.knative.dev/progress-deadline': '60s' }
  expect(templateOf(revision, undefined)).toEqual({
    metadata: { name: 'a-00001', labels: { team: 'one' }, annotations },
    spec: template.spec,
  })
  expect(templateOf(revision, '1')).toHaveProperty('metadata.annotations', {
    ...annotations,
    'autoscaling.knative.dev/min-scale': '1',
  })
})

test('a revision keeps pods while it is judged, and afterwards as many as before', () => {
  const key = 'autoscaling.knative.dev/min-scale'
  expect(warmthPatch({}, undefined, 2)).toEqual({ [key]: '2' })
  expect(warmthPatch({ [key]: '2' }, undefined, 2)).toBeUndefined()
  expect(warmthPatch({ [key]: '2' }, undefined, 0)).toEqual({ [key]: null })
  expect(warmthPatch({ [key]: '5' }, '5', 2)).toBeUndefined()
  expect(warmthPatch({ [key]: '7' }, '5', 0)).toEqual({ [key]: '5' })
  expect(warmthPatch({}, undefined, 0)).toBeUndefined()
})
