import { expect, test } from 'vitest'
import * as z from 'zod/mini'

import type { FunctionHealth } from '../schema.ts'
import { Pod, type Condition, type KnativeService, type PodAutoscaler } from './objects.ts'
import { isUnsettled, serviceHealth } from './service-health.ts'

const settled = '2026-11-21T10:00:00Z'
const later = '2026-11-21T11:30:00Z'

function condition(type: string, status: string, rest: Partial<Condition> = {}): Condition {
  return { type, status, lastTransitionTime: settled, ...rest }
}

const whole = [{ revisionName: 'predict-00002', percent: 100 }]

function service({
  ready = condition('Ready', 'True'),
  others = [],
  traffic = whole,
}: {
  ready?: Condition
  others?: Condition[]
  traffic?: NonNullable<KnativeService['status']>['traffic']
} = {}): KnativeService {
  return {
    metadata: { name: 'predict' },
    status: { conditions: [ready, ...others], latestCreatedRevisionName: 'predict-00002', traffic },
  }
}

function autoscaler(desiredScale: number, actualScale: number, active?: Partial<Condition>, name = 'predict-00002') {
  const isActive = actualScale > 0
  const found = condition('Active', isActive ? 'True' : 'False', { reason: isActive ? '' : 'NoTraffic', ...active })
  return { metadata: { name }, status: { conditions: [found], desiredScale, actualScale } }
}

function pod(status: unknown, metadata: Readonly<Record<string, string>> = {}): Pod {
  const labels = { 'serving.knative.dev/revision': 'predict-00002' }
  return z.parse(Pod, { metadata: { name: 'predict-00002-deployment-x', labels, ...metadata }, status })
}

const waiting = (reason: string, message?: string) => ({
  containerStatuses: [
    { name: 'user-container', ready: false, restartCount: 0, state: { waiting: { reason, message } } },
  ],
})

function health(of: KnativeService, autoscalers: PodAutoscaler[] = [], pods: Pod[] = []): FunctionHealth {
  return serviceHealth(of, { autoscalers, pods })
}

test('a function with its pods is ready, and tells its revision, traffic, pods and last change', () => {
  const active = { lastTransitionTime: later }
  expect(health(service(), [autoscaler(2, 2, active)])).toEqual({
    state: 'ready',
    revision: 'predict-00002',
    traffic: [{ revision: 'predict-00002', percent: 100 }],
    pods: { wanted: 2, ready: 2 },
    changedAt: later,
  })
})

test('a function at zero is idle', () => {
  expect(health(service(), [autoscaler(0, 0)])).toMatchObject({ state: 'idle', pods: { wanted: 0, ready: 0 } })
})

test('a function that starts from zero is idle still, and says that it starts', () => {
  const starting = pod(waiting('ContainerCreating'))
  const found = health(service(), [autoscaler(1, 0, { status: 'Unknown', reason: 'Queued' })], [starting])
  expect(found).toMatchObject({ state: 'idle', reason: 'It is starting.', pods: { wanted: 1, ready: 0 } })
})

test('before the autoscaler has decided, no pods are wanted', () => {
  expect(health(service(), [autoscaler(-1, 0)])).toMatchObject({ pods: { wanted: 0 } })
})

test.each([
  ['ErrImagePull', 'no such image', 'ErrImagePull: no such image'],
  ['ImagePullBackOff', undefined, 'ImagePullBackOff.'],
  ['CrashLoopBackOff', 'back-off 40s', 'CrashLoopBackOff: back-off 40s'],
  [
    'CreateContainerConfigError',
    'secret "database" not found',
    'CreateContainerConfigError: secret "database" not found',
  ],
])('a service that says Ready while its pod waits for %s is down', (reason, message, said) => {
  const found = health(service(), [autoscaler(1, 0)], [pod(waiting(reason, message))])
  expect(found).toMatchObject({
    state: 'down',
    reason: `Pod predict-00002-deployment-x: user-container: ${said}`,
  })
})

test('a pod that ended and has not come back is trouble', () => {
  const ended = pod({
    containerStatuses: [{ name: 'user-container', state: { terminated: { exitCode: 1, reason: 'Error' } } }],
  })
  expect(health(service(), [autoscaler(1, 0)], [ended])).toMatchObject({
    state: 'down',
    reason: expect.stringContaining('ended with exit code 1 (Error).'),
  })
  const again = pod({
    containerStatuses: [
      { name: 'user-container', restartCount: 3, state: {}, lastState: { terminated: { exitCode: 137 } } },
    ],
  })
  expect(health(service(), [autoscaler(1, 0)], [again])).toMatchObject({ state: 'down' })
})

test('a pod that has come back, and one that is to go, are no trouble', () => {
  const back = pod({
    containerStatuses: [
      { name: 'user-container', ready: true, restartCount: 1, lastState: { terminated: { exitCode: 1 } } },
    ],
  })
  const going = pod(waiting('CrashLoopBackOff'), { deletionTimestamp: settled })
  expect(health(service(), [autoscaler(1, 1)], [back, going])).toMatchObject({ state: 'ready' })
})

test('a pod for which no node has room is trouble', () => {
  const unscheduled = pod({
    conditions: [condition('PodScheduled', 'False', { reason: 'Unschedulable', message: '0/1 nodes are available' })],
  })
  expect(health(service(), [autoscaler(1, 0)], [unscheduled])).toMatchObject({
    state: 'down',
    reason: 'Pod predict-00002-deployment-x: Unschedulable: 0/1 nodes are available',
  })
})

test('a function of which one pod cannot start while another serves is degraded', () => {
  const found = health(service(), [autoscaler(2, 1)], [pod(waiting('ImagePullBackOff'))])
  expect(found).toMatchObject({ state: 'degraded', pods: { wanted: 2, ready: 1 } })
})

test('a function whose last start from zero was given up is down, though it is at zero', () => {
  const found = health(service(), [
    autoscaler(0, 0, { reason: 'TimedOut', message: 'The target could not be activated.' }),
  ])
  expect(found).toMatchObject({ state: 'down', reason: 'Its last start from zero was given up.' })
})

test('a new revision that failed while the one before serves is degraded, with the reason', () => {
  const message = 'Revision "predict-00002" failed with message: exit code 1.'
  const failed = service({
    ready: condition('Ready', 'False', { reason: 'RevisionFailed', message }),
    others: [condition('ConfigurationsReady', 'False', { message })],
    traffic: [{ revisionName: 'predict-00001', percent: 100 }],
  })
  const found = health(failed, [autoscaler(0, 0, {}, 'predict-00001')])
  expect(found).toMatchObject({ state: 'degraded', reason: message, revision: 'predict-00001' })
})

test('a first revision that failed is down', () => {
  const ready = condition('Ready', 'False', { reason: 'RevisionMissing', message: 'It failed.' })
  expect(health(service({ ready, traffic: [] }))).toMatchObject({ state: 'down', reason: 'It failed.' })
})

test('a first revision whose pods cannot start is down before Knative gives it up', () => {
  const coming = service({ ready: condition('Ready', 'Unknown', { reason: 'RevisionMissing' }), traffic: [] })
  expect(health(coming)).toMatchObject({ state: 'unknown' })
  expect(health(coming, [], [pod(waiting('ImagePullBackOff'))])).toMatchObject({
    state: 'down',
    reason: 'Pod predict-00002-deployment-x: user-container: ImagePullBackOff.',
  })
})

test('a new revision that crashes while the one before serves is degraded before Knative gives it up', () => {
  const coming = service({
    ready: condition('Ready', 'Unknown'),
    traffic: [{ revisionName: 'predict-00001', percent: 100 }],
  })
  const scalers = [autoscaler(1, 1, {}, 'predict-00001'), autoscaler(1, 0)]
  expect(health(coming, scalers)).toMatchObject({ state: 'ready' })
  expect(health(coming, scalers, [pod(waiting('CrashLoopBackOff'))])).toMatchObject({
    state: 'degraded',
    reason: expect.stringContaining('CrashLoopBackOff'),
    revision: 'predict-00001',
  })
})

test('the only revision, found unable to start since, is down', () => {
  const message = 'Container failed with: out of memory'
  const failed = service({
    ready: condition('Ready', 'False', { message }),
    others: [condition('ConfigurationsReady', 'False', { message })],
  })
  expect(health(failed, [autoscaler(0, 0)])).toMatchObject({ state: 'down', reason: message })
})

test('a service that was made just now is unknown', () => {
  expect(health({ metadata: { name: 'predict' } })).toEqual({
    state: 'unknown',
    reason: 'Knative has not brought it up yet.',
  })
})

test('of a split, one revision down is a function degraded', () => {
  const split = service({
    traffic: [
      { revisionName: 'predict-00001', percent: 90, tag: 'stable' },
      { revisionName: 'predict-00002', percent: 10, tag: 'candidate' },
      { revisionName: 'predict-00001', percent: 0, tag: 'before' },
    ],
  })
  const scalers = [autoscaler(1, 1, {}, 'predict-00001'), autoscaler(1, 0)]
  expect(health(split, scalers, [pod(waiting('CrashLoopBackOff'))])).toMatchObject({
    state: 'degraded',
    revision: 'predict-00001',
    pods: { wanted: 2, ready: 1 },
    traffic: [
      { revision: 'predict-00001', percent: 90, tag: 'stable' },
      { revision: 'predict-00002', percent: 10, tag: 'candidate' },
      { revision: 'predict-00001', percent: 0, tag: 'before' },
    ],
  })
})

test('pods are looked at only where some are missing or Knative is not content', () => {
  expect(isUnsettled(service(), [autoscaler(0, 0)])).toBe(false)
  expect(isUnsettled(service(), [autoscaler(3, 3)])).toBe(false)
  expect(isUnsettled(service(), [autoscaler(1, 0)])).toBe(true)
  expect(isUnsettled(service(), [autoscaler(1, 0, {}, 'other-00001')])).toBe(false)
  expect(isUnsettled(service({ ready: condition('Ready', 'False') }), [])).toBe(true)
})
