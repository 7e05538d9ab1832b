import { expect, test } from 'vitest'

import { plain } from '../terminal/paint.ts'
import { Patience } from './patience.ts'
import { progressOf } from './progress.ts'
import { progressLine, progressTable } from './progress-table.ts'
import { autoscaler, pod, predictService, readyPod, revision, waiting } from './testing/objects.ts'

const nobody = { autoscalers: [], pods: [] }

test('what Knative has not seen yet is waited for, whatever it says of the generation before', () => {
  expect(progressOf('predict', undefined, nobody)).toMatchObject({ phase: 'waiting', revision: '' })
  expect(progressOf('predict', predictService({ observedGeneration: 1 }), nobody)).toMatchObject({ phase: 'waiting' })
  const failed = predictService({ observedGeneration: 1, ready: 'False', message: 'of the one before' })
  expect(progressOf('predict', failed, nobody)).toMatchObject({ phase: 'waiting', note: 'for Knative to see it' })
  expect(progressOf('predict', predictService({ ready: 'Unknown', newest: 0 }), nobody)).toMatchObject({
    phase: 'waiting',
    note: 'for its revision',
  })
})

test.each([
  ['no pod yet', []],
  ['its pod is being placed', [pod(2, {})]],
  ['its pod is being made', [pod(2, waiting('ContainerCreating'))]],
  ['not ready: user-container', [pod(2, { containerStatuses: [{ name: 'user-container', state: {} }] })]],
  ['its pod is ready', [pod(2, readyPod)]],
])('a revision starts: %s', (note, pods) => {
  // Pods of the revision before say nothing.
  const all = [...pods, pod(1, waiting('CrashLoopBackOff'))]
  const progress = progressOf('predict', predictService({ ready: 'Unknown' }), { autoscalers: [], pods: all })
  expect(progress).toMatchObject({ phase: 'starting', note, revision: revision(2) })
})

test('pods are counted, there and wanted', () => {
  const surroundings = { autoscalers: [autoscaler(2, 3)], pods: [pod(2, readyPod), pod(2, {})] }
  expect(progressOf('predict', predictService(), surroundings).pods).toEqual({ there: 1, wanted: 3 })
})

test('a revision that is ready is still to be reached', () => {
  const routing = predictService({ ready: 'Unknown', isConfigured: true })
  expect(progressOf('predict', routing, nobody)).toMatchObject({ phase: 'routing' })
  expect(progressOf('predict', predictService(), nobody)).toMatchObject({ phase: 'ready', note: '' })
})

test('what keeps a pod from starting fails, before Knative gives it up', () => {
  const pods = [pod(2, waiting('ImagePullBackOff', 'no such image'))]
  expect(progressOf('predict', predictService({ ready: 'Unknown' }), { autoscalers: [], pods })).toMatchObject({
    phase: 'failing',
    note: 'Pod predict-00002-x: user-container: ImagePullBackOff: no such image',
  })
  const given = predictService({ ready: 'False', message: 'exit code 1' })
  expect(progressOf('predict', given, nobody)).toMatchObject({ phase: 'failing', note: 'exit code 1' })
})

test('a pod for which there is no room waits for it', () => {
  const conditions = [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message: 'Insufficient cpu' }]
  const pods = [pod(2, { conditions })]
  expect(progressOf('predict', predictService({ ready: 'Unknown' }), { autoscalers: [], pods })).toMatchObject({
    phase: 'starting',
    note: 'Pod predict-00002-x: Unschedulable: Insufficient cpu',
  })
})

test('trouble that passes is forgiven', () => {
  let now = 0
  const patience = new Patience(() => now)
  expect(patience.isOut('predict', 'trouble')).toBe(false)
  now = 7999
  expect(patience.isOut('predict', 'other trouble')).toBe(false)
  expect(patience.isOut('configs', 'trouble')).toBe(false)
  now = 8000
  expect(patience.isOut('predict', 'trouble')).toBe(true)
  expect(patience.isOut('predict', undefined)).toBe(false)
  expect(patience.isOut('predict', 'trouble')).toBe(false)
})

test('functions stand under each other in a table, and each in a line of a log', () => {
  const progress = progressOf('predict', predictService({ ready: 'Unknown' }), nobody)
  const row = { ...progress, seconds: 3.14999, isFailed: false }
  expect(progressTable([row, { ...row, name: 'health', phase: 'failing', isFailed: true }], plain)).toEqual([
    'FUNCTION  REVISION       STATE     PODS  TIME',
    'predict   predict-00002  starting  0/0   3.1 s  no pod yet',
    'health    predict-00002  failed    0/0   3.1 s  no pod yet',
  ])
  expect(progressLine(row)).toBe('predict: predict-00002, starting, 0/0, no pod yet (3.1 s)')
})
