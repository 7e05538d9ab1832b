import * as z from 'zod/mini'

import { RuntimeSettings } from '../_runtime/settings.ts'

export const HealthSettings = z.extend(RuntimeSettings, {
  /** Where each function is, by name: the address under which its /readyz answers. */
  targets: z._default(z.record(z.string(), z.url({ protocol: /^https?$/ })), {}),
  /** Time for a function to say how it is. */
  timeoutMs: z._default(z.int().check(z.gte(1)), 2000),
})

/** `ready`: answers and all its checks hold. `degraded`: answers, but a check fails. `down`: does not answer. */
export const State = z.enum(['ready', 'degraded', 'down'])
export type State = z.output<typeof State>

export const FunctionHealth = z.object({
  state: State,
  durationMs: z.number(),
  /** Why it is not ready. */
  reason: z.optional(z.string()),
})
export type FunctionHealth = z.output<typeof FunctionHealth>

export const FleetHealth = z.object({
  /** The worst of the states below; `unknown` where no address is set. */
  state: z.enum([...State.options, 'unknown']),
  functions: z.record(z.string(), FunctionHealth),
})
export type FleetHealth = z.output<typeof FleetHealth>
