import * as z from 'zod/mini'

const hourMs = 3_600_000

export const BulkSettings = z.strictObject({
  /** Exports and imports at once, each with a connection beside the pool; more are answered 429. */
  atOnce: z._default(z.int().check(z.gte(1), z.lte(100)), 2),
  /** Time for one of them, shorter than limits.stallTimeoutMs: an import is silent while it is stored. */
  timeoutMs: z._default(z.int().check(z.gte(1), z.lte(hourMs)), 240_000),
  /** Largest file in bytes. */
  fileBytes: z._default(z.int().check(z.gte(1), z.lte(2 ** 40)), 2 ** 30),
  /** Most lines of a file. A line may have what a body may, and a little for its name. */
  fileLines: z._default(z.int().check(z.gte(1), z.lte(100_000_000)), 5_000_000),
})
