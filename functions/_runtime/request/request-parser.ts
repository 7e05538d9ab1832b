import type { IncomingHttpHeaders } from 'node:http'
import type * as z from 'zod/mini'

import { formatOf, type StreamedBody } from './body.ts'
import type { Place } from './place.ts'
import { badRequest } from '../reply/problem.ts'
import { parseQuery } from './query.ts'
import type { Arrival, Request } from './request.ts'
import type { RouteShape } from '../function/route.ts'
import type { Span } from '../tracing/span.ts'
import type { RuntimeSettings } from '../settings/settings.ts'
import { flawsAtNames, validate } from './validate.ts'

export interface Target {
  readonly path: string
  readonly query: string
}

/** Splits a request target at its question mark; what an absolute target says of scheme and host is dropped. */
export function splitTarget(target: string): Target {
  const local = target.startsWith('/') ? target : target.replace(/^https?:\/\/[^/?]*/i, '')
  const end = local.indexOf('?')
  const path = end === -1 ? local : local.slice(0, end)
  return { path: path === '' ? '/' : path, query: end === -1 ? '' : local.slice(end + 1) }
}

/**
 * Turns an arrival into what the route's handler takes.
 * @throws Problem 400, 408, 413, 415, 429, 499
 */
export function parseRequest(
  shape: RouteShape,
  arrival: Arrival,
  params: Readonly<Record<string, string>>,
  query: string,
  { limits }: RuntimeSettings,
  place: Place,
  actor: string | undefined,
): Request<unknown, unknown, unknown> | Promise<Request<unknown, unknown, unknown>> {
  const parsedParams = shape.params ? parseNamed('path', shape.params, params) : params
  const parsedQuery = shape.query ? parseNamed('query', shape.query, parseQuery(query)) : parseQuery(query)
  // Without a body there is nothing to wait for, and most requests of a probe or a scrape have none.
  if (!shape.body) return new ParsedRequest(arrival, place, actor, parsedParams, parsedQuery, undefined)
  const format = formatOf(arrival.headers, shape.body, shape.mediaTypeOtherwise)
  if ('isStreamed' in format) {
    const body: StreamedBody = { chunks: (streamLimits) => arrival.streamBody(streamLimits) }
    return new ParsedRequest(arrival, place, actor, parsedParams, parsedQuery, body)
  }
  const limit = {
    limitBytes: format.limitBytes ?? shape.limitBytes ?? limits.bodyBytes,
    timeoutMs: limits.bodyTimeoutMs,
    share: place.share,
  }
  return arrival
    .readBody(limit)
    .then((bytes) => new ParsedRequest(arrival, place, actor, parsedParams, parsedQuery, format.parse(bytes)))
}

function parseNamed(part: 'path' | 'query', schema: z.core.$ZodType, values: unknown): unknown {
  const result = validate(schema, values)
  if (result.success) return result.value
  throw badRequest(`The ${part} does not fit this route; errors says where.`, flawsAtNames(result.flaws))
}

class ParsedRequest implements Request<unknown, unknown, unknown> {
  readonly actor: string | undefined
  readonly params: unknown
  readonly query: unknown
  readonly body: unknown
  readonly #arrival: Arrival
  readonly #place: Place

  constructor(
    arrival: Arrival,
    place: Place,
    actor: string | undefined,
    params: unknown,
    query: unknown,
    body: unknown,
  ) {
    this.#arrival = arrival
    this.#place = place
    this.actor = actor
    this.params = params
    this.query = query
    this.body = body
  }

  get headers(): IncomingHttpHeaders {
    return this.#arrival.headers
  }

  get id(): string {
    return this.#arrival.id
  }

  get arrivedAt(): number {
    return this.#arrival.arrivedAt
  }

  get span(): Span | undefined {
    return this.#arrival.span
  }

  get isAbandoned(): boolean {
    return this.#arrival.isAbandoned
  }

  // Asked for lazily: most handlers never do, and a signal costs a listener on the connection.
  get signal(): AbortSignal {
    return this.#arrival.signal
  }

  stepAside(): void {
    this.#place.stepAside()
  }
}
