import * as z from 'zod/mini'

/** How requests wait for changes. */
export const WatchSettings = z.strictObject({
  /** The longest that a request waits or streams, in seconds: below the service's timeoutSeconds. */
  seconds: z._default(z.int().check(z.gte(1), z.lte(3600)), 50),
  /** The most requests of a process that wait or stream at once; more are answered 429. */
  places: z._default(z.int().check(z.gte(1)), 1000),
  /** Time after which they look whether something changed, also when nobody said so. */
  pollMs: z._default(z.int().check(z.gte(10)), 2000),
})
export type WatchSettings = z.output<typeof WatchSettings>
