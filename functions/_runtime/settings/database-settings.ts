import * as z from 'zod/mini'

import { PostgresUrl } from './settings.ts'

const positive = z.int().check(z.gte(1))

export const DatabaseSettings = z.strictObject({
  /** postgres://user:password@host:port/database */
  url: z.prefault(PostgresUrl, ''),
  /** Connections of one process. Times `scale.max`, they must fit the server. */
  poolSize: z._default(positive, 5),
  /** The server's max_connections; `quartet parse` checks that the pools of all pods fit into it. */
  serverConnections: z._default(positive, 100),
  /** Time for a connection to be made. */
  connectTimeoutMs: z._default(positive, 2000),
  /** Time for a query, its wait for a connection included. */
  queryTimeoutMs: z._default(positive, 5000),
  /** Time after which an unused connection is given back. */
  idleTimeoutMs: z._default(positive, 30_000),
})
export type DatabaseSettings = z.output<typeof DatabaseSettings>
