import type * as z from 'zod/mini'

import type { BodyFormat, BodyFormats, StreamedBody, StreamFormat } from '../request/body.ts'
import type { Reply } from '../reply/reply.ts'
import type { Request } from '../request/request.ts'

/** What one status of a route answers, for the OpenAPI document. */
export interface ReplyShape {
  readonly description: string
  /** By media type; none for an answer without a body. */
  readonly content?: Readonly<Record<string, z.core.$ZodType>>
  /** What its headers say, by name. */
  readonly headers?: Readonly<Record<string, string>>
}

/** A header whose form is not left open. */
export interface HeaderShape {
  readonly description: string
  /** Source of a regular expression; the handler answers 400 to what does not match it. */
  readonly pattern: string
}

/** Everything that is known of a route before a request arrives; it validates and it documents. */
export interface RouteShape {
  readonly summary: string
  readonly params?: z.core.$ZodType
  readonly query?: z.core.$ZodType
  /** Headers that the handler reads, with what they are for: they document, and arrive as they were sent. */
  readonly headers?: Readonly<Record<string, string | HeaderShape>>
  readonly body?: BodyFormats
  /** The media type of a body whose request names none; without it such a body is answered 415. */
  readonly mediaTypeOtherwise?: string
  /** Largest body in bytes, where it is not the function's `limits.bodyBytes`. */
  readonly limitBytes?: number
  /** What a prober asks, which is answered however busy the process is; while it drains it is alive, and not ready. */
  readonly probe?: 'liveness' | 'readiness'
  /**
   * What a token must allow, where the function asks for tokens: `NAME:read` for GET and `NAME:write` for others unless
   * this says another.
   */
  readonly scope?: string
  /** Whether it is answered without a token also where the function asks for them: a page, whose script sends it. */
  readonly isOpen?: boolean
  readonly replies: Readonly<Record<number, ReplyShape>>
}

type Parsed<Schema, Otherwise> = Schema extends z.core.$ZodType ? z.output<Schema> : Otherwise
type BodyOf<Formats> =
  Formats extends Readonly<Record<string, StreamFormat>>
    ? StreamedBody
    : Formats extends Readonly<Record<string, BodyFormat<infer Value>>>
      ? Value
      : undefined

export type RequestOf<Shape extends RouteShape> = Request<
  Parsed<Shape['params'], Readonly<Record<string, string>>>,
  Parsed<Shape['query'], Readonly<Record<string, string | string[]>>>,
  BodyOf<Shape['body']>
>

/** A route of a function that holds `Held`. */
export interface Route<Held> {
  readonly shape: RouteShape
  /** Takes the parts of the request as the shape's schemas left them. */
  handle(request: Request<unknown, unknown, unknown>, held: Held): Reply | Promise<Reply>
}

/**
 * Describes a route: its shape, and what it does.
 * @param handler answers one parsed request; throws a Problem for everything that is not a success
 */
export function route<const Shape extends RouteShape, Held>(
  shape: Shape,
  handler: (request: RequestOf<Shape>, held: Held) => Reply | Promise<Reply>,
): Route<Held> {
  return {
    shape,
    // The one cast between what the schemas checked and what the handler's type says they checked.
    handle: (request, held) => handler(request as RequestOf<Shape>, held),
  }
}
