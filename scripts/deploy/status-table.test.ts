import { expect, test } from 'vitest'

import { plain } from '../terminal/paint.ts'
import { statusOf } from './status.ts'
import { statusTable } from './status-table.ts'
import { autoscaler, pod, predictService, readyPod, revision, waiting } from './testing/objects.ts'

test('a function with its revision, its traffic and its pods', () => {
  const status = statusOf(predictService(), { autoscalers: [autoscaler(2, 1)], pods: [pod(2, readyPod)] })
  expect(status).toMatchObject({
    name: 'predict',
    url: 'http://predict.shop.example.com',
    revisions: [{ name: revision(2), percent: 100, tags: [], pods: { wanted: 1, there: 1 } }],
  })
  expect(statusTable([status], plain)[1]).toMatch(/^predict +\w+ +predict-00002 +100% +1\/1 +http:\/\/predict\.shop/)
})

test('one whose new revision failed shows both, and why', () => {
  const service = predictService({ ready: 'False', message: 'exit code 1', serving: 1 })
  const surroundings = {
    autoscalers: [autoscaler(1, -1)],
    pods: [pod(1, readyPod), pod(2, waiting('CrashLoopBackOff', 'back-off\n 10s'))],
  }
  const lines = statusTable([statusOf(service, surroundings)], plain)
  expect(lines.map((line) => line.replaceAll(/ {2,}/g, '  '))).toEqual([
    'FUNCTION  STATE  REVISION  TRAFFIC  PODS  URL',
    'predict  degraded  predict-00001  100%  1/0  http://predict.shop.example.com',
    '  predict-00002  0%  0/0',
    '',
    '  predict  Pod predict-00002-x: user-container: CrashLoopBackOff: back-off 10s',
  ])
})

test('one without any revision yet has a line all the same', () => {
  const status = statusOf(predictService({ ready: 'Unknown', newest: 0 }), { autoscalers: [], pods: [] })
  expect(statusTable([status], plain)[1]).toMatch(/^predict +unknown +- +- +- /)
})
