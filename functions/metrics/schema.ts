import * as z from 'zod/mini'

import { AuthSettings } from '../_runtime/auth/settings.ts'
import { DatabaseSettings } from '../_runtime/settings/database-settings.ts'
import { RuntimeSettings } from '../_runtime/settings/settings.ts'

const positive = z.int().check(z.gte(1))

export const MetricsSettings = z.extend(RuntimeSettings, {
  auth: z.prefault(AuthSettings, {}),
  // Scrapes are few, and one query comes after the other.
  database: z.prefault(z.extend(DatabaseSettings, { poolSize: z._default(positive, 1) }), {}),
  // A few answer all scrapes that anybody makes, and their connections must fit the server beside those of others.
  scale: z.prefault(z.strictObject({ max: z._default(positive, 3) }), {}),
  /** Seconds without a push after which a process does not count as alive; it pushes once a minute or more. */
  aliveSeconds: z._default(positive.check(z.gte(90)), 150),
  /** Seconds without a push after which what a process has counted is added to the totals; it may come back. */
  foldSeconds: z._default(positive, 600),
  /** Hours for which it is known of an ended process that it was counted. */
  tombstoneHours: z._default(positive.check(z.gte(24)), 48),
  /** Whether the names of earlier clients are told too: http_requests and http_requests_config. */
  earlierNames: z._default(z.boolean(), false),
})
export type MetricsSettings = z.output<typeof MetricsSettings>
