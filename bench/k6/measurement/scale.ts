import * as z from 'zod/mini'

/** The pods of a function at a moment. */
export const Scale = z.object({
  /** What the autoscaler wants. */
  wanted: z.number(),
  /** Pods that take requests. */
  ready: z.number(),
  /** All pods, those that start or end among them: what is paid for. */
  existing: z.number(),
  /** Whether requests go through the activator, which holds them while there is no pod for them. */
  isActivatorInPath: z.boolean(),
})
export type Scale = z.output<typeof Scale>
