import * as z from 'zod/mini'

import { DatabaseSettings } from '../_runtime/settings/database-settings.ts'
import { PostgresUrl, RuntimeSettings } from '../_runtime/settings/settings.ts'
import { State } from './state.ts'

const positive = z.int().check(z.gte(1))
const httpUrl = z.url({ protocol: /^https?$/ })

export const HealthSettings = z.extend(RuntimeSettings, {
  /** Where each function is, by name: the address under which its /readyz answers. Asked instead of Kubernetes. */
  targets: z._default(z.record(z.string(), httpUrl), {}),
  /** Time for a function, or for Kubernetes, to say how it is. */
  timeoutMs: z._default(positive, 2000),
  /** Time for a function that is asked itself (`?deep=true`), its start from zero included. */
  deepTimeoutMs: z._default(positive, 20_000),
  /** Names, with commas between them, of the functions that decide between 200 and 503; all that are deployed otherwise. */
  required: z.optional(z.string()),
  /** The functions' Knative Services, by the functions' names. */
  services: z._default(z.record(z.string(), z.string().check(z.minLength(1))), {
    configs: 'configs',
    predict: 'predict',
    health: 'health',
    metrics: 'metrics',
  }),
  kubernetes: z.prefault(
    z.strictObject({
      /** Address of the Kubernetes API; in a pod, where Kubernetes says. */
      url: z.optional(httpUrl),
      /** Of the Knative Services; in a pod, the pod's own. */
      namespace: z.optional(z.string()),
      /** File with the token that is shown to the Kubernetes API, read anew each time since tokens are replaced. */
      tokenFile: z._default(z.string(), '/var/run/secrets/kubernetes.io/serviceaccount/token'),
      /** File with the certificate authority of the Kubernetes API. */
      authorityFile: z._default(z.string(), '/var/run/secrets/kubernetes.io/serviceaccount/ca.crt'),
      /** Time for which what Kubernetes said is told to everybody who asks. */
      cacheMs: z._default(positive, 5000),
    }),
    {},
  ),
  /** Where changes of state are kept, if anywhere. One connection is enough: nobody waits for a change to be kept. */
  database: z.prefault(
    z.extend(DatabaseSettings, { url: z.optional(PostgresUrl), poolSize: z._default(positive, 1) }),
    {},
  ),
  /** Days for which changes of state are kept. */
  historyDays: z._default(positive, 30),
})
export type HealthSettings = z.output<typeof HealthSettings>

const Traffic = z.object({ revision: z.string(), percent: z.number(), tag: z.optional(z.string()) })

export const FunctionHealth = z.object({
  state: State,
  /** Why it is not ready. */
  reason: z.optional(z.string()),
  /** That most requests go to. */
  revision: z.optional(z.string()),
  /** How requests are split between revisions, in percent. */
  traffic: z.optional(z.array(Traffic)),
  /** Of the revisions that get requests: as many as the autoscaler wants, and as are ready. */
  pods: z.optional(z.object({ wanted: z.number(), ready: z.number() })),
  /** When Kubernetes last saw it change. */
  changedAt: z.optional(z.string()),
  /** Time that the function itself took to answer; where it was asked. */
  durationMs: z.optional(z.number()),
})
export type FunctionHealth = z.output<typeof FunctionHealth>

export const FleetHealth = z.object({
  /** The worst of those that matter. */
  state: State,
  /** Why nothing is known, or nothing newer. */
  reason: z.optional(z.string()),
  /** Who told: Kubernetes, or the functions at their addresses. */
  source: z.enum(['kubernetes', 'addresses', 'none']),
  /** Whether functions were asked themselves, which starts one that is at zero. */
  wakes: z.boolean(),
  /** When it was so. */
  seenAt: z.string(),
  /** Whether changes are kept, which GET /health/history lists. */
  keepsHistory: z.boolean(),
  functions: z.record(z.string(), FunctionHealth),
})
export type FleetHealth = z.output<typeof FleetHealth>

export const HealthQuery = z.object({ deep: z.optional(z.enum(['true', 'false'])) })

export const HistoryQuery = z.strictObject({
  function: z.optional(z.string().check(z.maxLength(253))),
  limit: z.optional(z.string().check(z.regex(/^(?:[1-9]\d{0,2}|1000)$/, 'Expected a number from 1 to 1000'))),
})

export const Change = z.object({
  function: z.string(),
  state: State,
  reason: z.optional(z.string()),
  revision: z.optional(z.string()),
  /** When it was first seen. */
  seenAt: z.string(),
})
export type Change = z.output<typeof Change>
