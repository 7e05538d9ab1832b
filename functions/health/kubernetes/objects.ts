import * as z from 'zod/mini'

// What Kubernetes and Knative say of their objects, as far as it is used here. Whatever has not been said yet is missing.

export const Condition = z.object({
  type: z.string(),
  /** True, False, or Unknown while it is being worked on. */
  status: z.string(),
  reason: z.optional(z.string()),
  message: z.optional(z.string()),
  lastTransitionTime: z.optional(z.string()),
})
export type Condition = z.output<typeof Condition>

const Conditions = z.optional(z.array(Condition))

/** https://knative.dev/docs/serving/reference/serving-api/#serving.knative.dev/v1.Service */
export const KnativeService = z.object({
  metadata: z.object({ name: z.string() }),
  status: z.optional(
    z.object({
      conditions: Conditions,
      latestCreatedRevisionName: z.optional(z.string()),
      address: z.optional(z.object({ url: z.optional(z.string()) })),
      traffic: z.optional(
        z.array(
          z.object({
            revisionName: z.optional(z.string()),
            percent: z.optional(z.number()),
            tag: z.optional(z.string()),
          }),
        ),
      ),
    }),
  ),
})
export type KnativeService = z.output<typeof KnativeService>

/** Has the name of its revision. */
export const PodAutoscaler = z.object({
  metadata: z.object({ name: z.string() }),
  status: z.optional(
    z.object({
      conditions: Conditions,
      /** -1 before the autoscaler has decided. */
      desiredScale: z.optional(z.number()),
      /** Pods that are ready. */
      actualScale: z.optional(z.number()),
    }),
  ),
})
export type PodAutoscaler = z.output<typeof PodAutoscaler>

const Container = z.object({
  name: z.string(),
  ready: z._default(z.boolean(), false),
  restartCount: z._default(z.number(), 0),
  state: z.optional(
    z.object({
      waiting: z.optional(z.object({ reason: z.optional(z.string()), message: z.optional(z.string()) })),
      terminated: z.optional(z.object({ exitCode: z.number(), reason: z.optional(z.string()) })),
    }),
  ),
  lastState: z.optional(
    z.object({ terminated: z.optional(z.object({ exitCode: z.number(), reason: z.optional(z.string()) })) }),
  ),
})

export const Pod = z.object({
  metadata: z.object({
    name: z.string(),
    labels: z._default(z.record(z.string(), z.string()), {}),
    deletionTimestamp: z.optional(z.string()),
  }),
  status: z.optional(
    z.object({
      phase: z.optional(z.string()),
      reason: z.optional(z.string()),
      message: z.optional(z.string()),
      conditions: Conditions,
      containerStatuses: z.optional(z.array(Container)),
    }),
  ),
})
export type Pod = z.output<typeof Pod>

export function conditionOf(
  object: { readonly status?: { readonly conditions?: readonly Condition[] | undefined } | undefined } | undefined,
  type: string,
): Condition | undefined {
  return object?.status?.conditions?.find((condition) => condition.type === type)
}
