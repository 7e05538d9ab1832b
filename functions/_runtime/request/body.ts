import type { IncomingHttpHeaders } from 'node:http'
import * as z from 'zod/mini'

import type { Reviver } from '../json/json-keys.ts'
import { parseJson } from '../json/json.ts'
import { badRequest, unsupportedMediaType } from '../reply/problem.ts'
import type { StreamLimits } from './request.ts'
import { flawsAtPointers, validate } from './validate.ts'

/** How a body of one media type becomes a value. */
export interface BodyFormat<T> {
  /** What the value looks like on the wire, for the OpenAPI document. */
  readonly schema: z.core.$ZodType
  /** Largest body in bytes, where it is not the route's. */
  readonly limitBytes?: number
  parse(bytes: Buffer): T
}

/** A body that its handler reads while it arrives, because it may be larger than what a process can hold. */
export interface StreamFormat {
  /** What is in the body, for the OpenAPI document; it is not asked. */
  readonly schema: z.core.$ZodType
  readonly isStreamed: true
}

/** What the handler of a streamed body is given. */
export interface StreamedBody {
  chunks(limits: StreamLimits): AsyncIterable<Buffer>
}

/** As OpenAPI names all media types. */
export const anyType = '*/*'

/** The bodies that a route accepts, by media type; what none of them is, and a body that names none, goes to `anyType`. */
export type BodyFormats = Readonly<Record<string, BodyFormat<unknown> | StreamFormat>>

/** A JSON body. */
export function jsonBody<Schema extends z.core.$ZodType>(
  schema: Schema,
  reviver?: Reviver,
): BodyFormat<z.output<Schema>> {
  return {
    schema,
    parse(bytes) {
      const result = validate(schema, parseJson(bytes, reviver))
      if (result.success) return result.value
      throw badRequest('The body does not fit this route; errors says where.', flawsAtPointers(result.flaws))
    },
  }
}

/** A body that its handler reads itself, such as a picture. */
export interface RawBody<Form extends string> {
  /** Which of the route's forms it was sent in. */
  readonly form: Form
  readonly bytes: Buffer
}

interface RawBodyShape {
  /** What is in the body, for the OpenAPI document; it is not asked. */
  readonly schema?: z.core.$ZodType
  readonly limitBytes?: number
}

const Binary = z.string().register(z.globalRegistry, { format: 'binary' })

export function rawBody<const Form extends string>(
  form: Form,
  { schema = Binary, ...limit }: RawBodyShape = {},
): BodyFormat<RawBody<Form>> {
  return { schema, ...limit, parse: (bytes) => ({ form, bytes }) }
}

export function streamedBody(schema: z.core.$ZodType = Binary): StreamFormat {
  return { schema, isStreamed: true }
}

/**
 * Chooses the format that a request's headers name.
 * @param otherwise the media type of a body that names none
 * @throws Problem 415 when the route has none for them
 */
export function formatOf(headers: IncomingHttpHeaders, formats: BodyFormats, otherwise?: string): BodyFormats[string] {
  const encoding = headers['content-encoding']
  if (encoding !== undefined && encoding.toLowerCase() !== 'identity') {
    throw unsupportedMediaType(`A body with content-encoding ${encoding} is not read here. Send it plain.`, {
      'accept-encoding': 'identity',
    })
  }
  const [mediaType = '', ...parameters] = (headers['content-type'] ?? otherwise ?? '')
    .split(';')
    .map((part) => part.trim().toLowerCase())
  const format = Object.hasOwn(formats, mediaType) ? formats[mediaType] : undefined
  const others = formats[anyType]
  if (!format && others) return others
  const charset = parameters.find((parameter) => parameter.startsWith('charset='))?.slice('charset='.length)
  if (format && (charset === undefined || /^"?utf-?8"?$/.test(charset))) return format
  const accepted = Object.keys(formats).join(', ')
  const sent =
    headers['content-type'] === undefined ? 'The body has no content-type' : `The body is ${headers['content-type']}`
  throw unsupportedMediaType(`${sent}. Send it with content-type: ${accepted}.`, { accept: accepted })
}
