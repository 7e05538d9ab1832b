import * as z from 'zod/mini'

const port = z.int().check(z.gte(0), z.lte(65_535))
const positive = z.int().check(z.gte(1))
const milliseconds = z.int().check(z.gte(0))

/** Marks settings whose values are never shown. */
export const secrets = z.registry<{ readonly secret: true }>()

/** The environment variables by which settings are known elsewhere; ours stand over them. */
export const variables = z.registry<{ readonly variable: string }>()

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
})
export type RuntimeSettings = z.output<typeof RuntimeSettings>
