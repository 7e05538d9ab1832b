import * as z from 'zod/mini'

import { KnativeService, Pod, PodAutoscaler, revisionLabel, serviceLabel } from '../../cluster/objects.ts'

interface Given {
  readonly ready?: 'True' | 'False' | 'Unknown'
  readonly message?: string
  /** The number of its newest revision; none when 0. */
  readonly newest?: number
  /** The number of the one that serves; none when 0. */
  readonly serving?: number
  readonly observedGeneration?: number
  readonly isConfigured?: boolean
}

/** A Knative Service named predict, of the second generation. */
export function predictService({
  ready = 'True',
  message,
  newest = 2,
  serving = newest,
  observedGeneration = 2,
  isConfigured = false,
}: Given = {}): KnativeService {
  return z.parse(KnativeService, {
    metadata: { name: 'predict', namespace: 'shop', generation: 2 },
    spec: { template: { spec: { containers: [{ image: 'registry.example/quartet-predict:2' }] } } },
    status: {
      observedGeneration,
      url: 'http://predict.shop.example.com',
      conditions: [
        { type: 'Ready', status: ready, ...(message !== undefined && { reason: 'RevisionFailed', message }) },
        { type: 'ConfigurationsReady', status: isConfigured ? 'True' : 'Unknown' },
      ],
      ...(newest > 0 && { latestCreatedRevisionName: revision(newest) }),
      traffic: serving > 0 ? [{ revisionName: revision(serving), percent: 100 }] : [],
    },
  })
}

export function revision(number: number): string {
  return `predict-0000${number}`
}

export function autoscaler(number: number, desiredScale: number): PodAutoscaler {
  return z.parse(PodAutoscaler, { metadata: { name: revision(number) }, status: { desiredScale } })
}

/** A pod of a revision of predict. */
export function pod(number: number, status: object): Pod {
  const labels = { [serviceLabel]: 'predict', [revisionLabel]: revision(number) }
  return z.parse(Pod, { metadata: { name: `${revision(number)}-x`, labels }, status })
}

export const readyPod = {
  conditions: [{ type: 'Ready', status: 'True' }],
  containerStatuses: [{ name: 'user-container', ready: true }],
}

/** The status of a pod whose container waits. */
export function waiting(reason: string, message = ''): object {
  return { containerStatuses: [{ name: 'user-container', state: { waiting: { reason, message } } }] }
}
