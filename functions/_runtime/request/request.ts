import type { IncomingHttpHeaders } from 'node:http'

import type { BodyShare } from './body-bytes.ts'
import type { Span } from '../tracing/span.ts'

/** A request as a host hands it over: where it goes is known, its body is not yet read. */
export interface Arrival {
  readonly method: string
  /** The request target as sent, path and query: `/configs?limit=10`. */
  readonly target: string
  readonly headers: IncomingHttpHeaders
  readonly id: string
  /** When the request's head had arrived, in milliseconds of performance.now(). */
  readonly arrivedAt: number
  /** Its place in a trace; undefined where nothing is traced. */
  readonly span?: Span | undefined
  /** Aborts when the client leaves before it was answered. */
  readonly signal: AbortSignal
  /** Whether there is nobody left to answer. */
  readonly isAbandoned: boolean
  /**
   * Reads the whole body.
   * @throws Problem 413 above the limit, without reading on; 408 when it takes too long; 429 when others hold too much; 499 when the
   *   client leaves
   */
  readBody(limits: BodyLimits): Promise<Buffer>
  /**
   * Reads the body while it arrives. What it says of a body that goes wrong is as above, but for the 429: it keeps none.
   */
  streamBody(limits: StreamLimits): AsyncIterable<Buffer>
}

export interface StreamLimits {
  readonly limitBytes: number
  /** For all of it, what its reader takes for each part included. */
  readonly timeoutMs: number
}

export interface BodyLimits extends StreamLimits {
  /** Where what has arrived is taken from. */
  readonly share: BodyShare
}

/** A request as a handler sees it: parsed, with the types that its route declares. */
export interface Request<Params, Query, Body> {
  readonly params: Params
  readonly query: Query
  readonly body: Body
  readonly headers: IncomingHttpHeaders
  /** Who asks; undefined where nobody has to say who they are. */
  readonly actor: string | undefined
  readonly id: string
  /** In milliseconds of performance.now(). */
  readonly arrivedAt: number
  /** Its place in a trace; undefined where nothing is traced. */
  readonly span: Span | undefined
  readonly signal: AbortSignal
  /** Whether the client has left; cheaper to ask now and then than to listen to the signal. */
  readonly isAbandoned: boolean
  /**
   * From here on it is none of those in flight, whose number is limited: it waits for something that may not come for
   * long. Who lets it has a limit of its own.
   */
  stepAside(): void
}
