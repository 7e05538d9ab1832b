import type * as z from 'zod/mini'

import type { AuthSettings } from '../auth/settings.ts'
import type { Logger } from '../process/log.ts'
import type { Database } from '../postgres/postgres.ts'
import type { ProblemDialects } from '../reply/problem-dialect.ts'
import type { ProcessMetrics } from '../metrics/process-metrics.ts'
import type { Route } from './route.ts'
import type { RouteKey } from './router.ts'
import type { RuntimeSettings } from '../settings/settings.ts'
import type { Tracer } from '../tracing/tracer.ts'

/** What a function is given when it opens: everything it may use that is not its own. */
export interface Opening<Settings> {
  readonly settings: Settings
  readonly log: Logger
  readonly metrics: ProcessMetrics
  /** Undefined where nothing is traced. */
  readonly tracer?: Tracer | undefined
  /** Aborts when the process is about to end, or other settings hold: what waits or streams ends then, for its client to ask again. */
  readonly ending: AbortSignal
}

// Taken from a method, so that a definition is also an AnyDefinition: only its own holding is ever given to a check.
type Check<Held> = { check(held: Held): void | Promise<void> }['check']
type DatabaseOf<Held> = { of(held: Held): Pick<Database, 'run'> }['of']

/** A function, described once. */
export interface FunctionDefinition<Settings extends RuntimeSettings, Held> {
  readonly name: string
  /** What it does, in one sentence. */
  readonly summary: string
  /** A command to try it with; $URL stands for the address of the server. */
  readonly example: string
  /** `RuntimeSettings`, extended with what this function can be told. */
  readonly settings: z.core.$ZodType<Settings>
  /** Where its settings say who may ask; without it everybody may. */
  auth?(settings: Settings): AuthSettings
  /** Makes what the routes need: a pool, a model session. Must not wait for anything that can be down. */
  open(opening: Opening<Settings>): Held | Promise<Held>
  /**
   * Gives it back.
   * @param timeMs what is left of the time for that
   */
  close?(held: Held, timeMs: number): void | Promise<void>
  /** What readiness depends on, by name; a check that throws fails. */
  readonly checks?: Readonly<Record<string, Check<Held>>>
  /** Where the process's counts are kept too, unless its settings say otherwise. */
  readonly database?: DatabaseOf<Held>
  readonly routes: Readonly<Record<RouteKey, Route<Held>>>
  /** Whose problems are told in another way than RFC 9457's. */
  readonly dialects?: ProblemDialects
}

/** A function of which only the contract is known. */
export type AnyDefinition = FunctionDefinition<RuntimeSettings, unknown>
