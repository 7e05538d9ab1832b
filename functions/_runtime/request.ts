import type { IncomingHttpHeaders } from 'node:http'

/** A request as a host hands it over: where it goes is known, its body is not yet read. */
export interface Arrival {
  readonly method: string
  /** The request target as sent, path and query: `/configs?limit=10`. */
  readonly target: string
  readonly headers: IncomingHttpHeaders
  readonly id: string
  /** Aborts when the client leaves before it was answered. */
  readonly signal: AbortSignal
  /**
   * Reads the whole body.
   * @throws Problem 413 above the limit, without reading on; 408 when it takes too long; 499 when the client leaves
   */
  readBody(limits: BodyLimits): Promise<Buffer>
}

export interface BodyLimits {
  readonly limitBytes: number
  readonly timeoutMs: number
}

/** A request as a handler sees it: parsed, with the types that its route declares. */
export interface Request<Params, Query, Body> {
  readonly params: Params
  readonly query: Query
  readonly body: Body
  readonly headers: IncomingHttpHeaders
  readonly id: string
  readonly signal: AbortSignal
}
