import * as z from 'zod/mini'

import { Condition, Pod as PodStatus } from '../../functions/health/kubernetes/objects.ts'

// What Kubernetes and Knative say of their objects, as far as it is read here. Whatever has not been said yet is missing.

const Texts = z._default(z.record(z.string(), z.string()), {})

const Metadata = z.object({
  name: z.string(),
  namespace: z._default(z.string(), ''),
  uid: z._default(z.string(), ''),
  generation: z._default(z.number(), 0),
  creationTimestamp: z._default(z.string(), ''),
  deletionTimestamp: z.optional(z.string()),
  labels: Texts,
  annotations: Texts,
})

const Conditions = z._default(z.array(Condition), [])

const Containers = z._default(z.array(z.object({ name: z._default(z.string(), ''), image: z.string() })), [])

const Traffic = z._default(
  z.array(
    z.object({
      /** In a specification it is missing where latestRevision is true. */
      revisionName: z.optional(z.string()),
      latestRevision: z._default(z.boolean(), false),
      percent: z._default(z.number(), 0),
      tag: z.optional(z.string()),
      /** Of the tag. */
      url: z.optional(z.string()),
    }),
  ),
  [],
)

/** https://knative.dev/docs/serving/reference/serving-api/#serving.knative.dev/v1.Service */
export const KnativeService = z.object({
  metadata: Metadata,
  spec: z.object({
    template: z.object({
      metadata: z._default(z.object({ name: z.optional(z.string()), annotations: Texts }), { annotations: {} }),
      spec: z.object({ containers: Containers }),
    }),
    traffic: Traffic,
  }),
  status: z._default(
    z.object({
      observedGeneration: z._default(z.number(), 0),
      conditions: Conditions,
      url: z.optional(z.string()),
      address: z.optional(z.object({ url: z.optional(z.string()) })),
      latestCreatedRevisionName: z.optional(z.string()),
      latestReadyRevisionName: z.optional(z.string()),
      traffic: Traffic,
    }),
    { observedGeneration: 0, conditions: [], traffic: [] },
  ),
})
export type KnativeService = z.output<typeof KnativeService>

/** Which label of a revision, an autoscaler and a pod has the name of its service, and which of a pod that of its revision. */
export const serviceLabel = 'serving.knative.dev/service'
export const revisionLabel = 'serving.knative.dev/revision'

export const Revision = z.object({
  metadata: Metadata,
  spec: z.object({ containers: Containers }),
  status: z._default(z.object({ conditions: Conditions }), { conditions: [] }),
})
export type Revision = z.output<typeof Revision>

/** Has the name of its revision. */
export const PodAutoscaler = z.object({
  metadata: Metadata,
  status: z._default(
    z.object({
      conditions: Conditions,
      /** Missing or -1 before the autoscaler has decided. */
      desiredScale: z.optional(z.number()),
      /** Pods that are ready. */
      actualScale: z.optional(z.number()),
    }),
    { conditions: [] },
  ),
})
export type PodAutoscaler = z.output<typeof PodAutoscaler>

export const Pod = z.extend(PodStatus, { metadata: Metadata })
export type Pod = z.output<typeof Pod>

/** What somebody has noted about an object: `kubectl get events`. */
export const Event = z.object({
  metadata: Metadata,
  type: z._default(z.string(), 'Normal'),
  reason: z._default(z.string(), ''),
  message: z._default(z.string(), ''),
  involvedObject: z.object({ kind: z._default(z.string(), ''), name: z._default(z.string(), '') }),
  lastTimestamp: z.nullish(z.string()),
})
export type Event = z.output<typeof Event>
