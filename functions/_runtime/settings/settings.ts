import * as z from 'zod/mini'

import { secrets } from './registries.ts'
import { TracingSettings } from '../tracing/settings.ts'

const port = z.int().check(z.gte(0), z.lte(65_535))
const positive = z.int().check(z.gte(1))
const milliseconds = z.int().check(z.gte(0))

// Missing is wrong in the same words: where to set it is what the finding says.
export const PostgresUrl = z
  .string()
  .check(z.refine(isPostgresUrl, 'Expected postgres://user:password@host:port/database, special characters as %40'))
PostgresUrl.register(secrets, { secret: true })

const Token = z.string().check(z.minLength(1))
Token.register(secrets, { secret: true })

/** What every function can be told, whatever it does. */
export const RuntimeSettings = z.strictObject({
  /** Address to listen on. */
  host: z._default(z.string(), '0.0.0.0'),
  /** Port to listen on; 0 takes a free one. */
  port: z._default(port, 8080),
  logLevel: z._default(z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']), 'info'),
  limits: z.prefault(
    z.strictObject({
      /** Requests in flight at once; more are answered 429. */
      inFlight: z._default(positive, 1000),
      /** Bytes of their bodies that have arrived, together; more are answered 429. */
      inFlightBytes: z._default(positive, 67_108_864),
      /** Largest body in bytes, where a route does not say otherwise. */
      bodyBytes: z._default(positive, 1_048_576),
      /** Time for a body to arrive. */
      bodyTimeoutMs: z._default(positive, 10_000),
      /** Time for a request's headers to arrive. */
      headersTimeoutMs: z._default(positive, 10_000),
      /** Time in which nothing is read or written on a connection until it is cut off; longer than any answer takes. */
      stallTimeoutMs: z._default(positive, 300_000),
    }),
    {},
  ),
  drain: z.prefault(
    z.strictObject({
      /** Time the listener stays after SIGTERM, so that whoever routes here sees readiness go first. */
      listenMs: z._default(milliseconds, 500),
      /** Time an idle connection has after that to send one more request. */
      idleMs: z._default(milliseconds, 250),
      /** Time for requests in flight; those that take longer are cut off. Below Kubernetes' grace of 30 s. */
      timeoutMs: z._default(positive, 25_000),
    }),
    {},
  ),
  scale: z.prefault(
    z.strictObject({
      /** The most pods of this function at once, as its Knative Service is told; `quartet parse` reckons pools with it. */
      max: z._default(positive, 10),
    }),
    {},
  ),
  telemetry: z.prefault(
    z.strictObject({
      /**
       * Where counts are kept beyond this process: in PostgreSQL, by the metrics function over HTTP, or nowhere. Where it is
       * not said: in the database that is named here or that the function has, else at the address that is named here.
       */
      sink: z.optional(z.enum(['postgres', 'http', 'none'])),
      /** postgres://user:password@host:port/database, where it is not the function's own. */
      databaseUrl: z.optional(PostgresUrl),
      /** Address of the metrics function. */
      url: z.optional(z.url({ protocol: /^https?$/ })),
      /** What the metrics function is shown with each push; made by `quartet token`, with the scope metrics:write. */
      token: z.optional(Token),
      /** Time between two pushes, give or take a fifth. */
      intervalMs: z._default(positive, 12_500),
      /** Time for a push; also the most by which the last one holds up the end of the process. */
      timeoutMs: z._default(positive, 3000),
      /** Most series of requests in a process; what would be one more is counted as dropped. */
      mostSeries: z._default(positive, 1000),
    }),
    {},
  ),
  tracing: z.prefault(TracingSettings, {}),
})
export type RuntimeSettings = z.output<typeof RuntimeSettings>

/** The driver takes several hosts, the parser of URLs one. */
function isPostgresUrl(url: string): boolean {
  return /^postgres(ql)?:\/\/./.test(url) && URL.canParse(url.replace(/^(\w+:\/\/(?:[^@/?]*@)?[^,/?]*),[^/?]*/, '$1'))
}
