import * as z from 'zod/mini'

import { scopeOf } from '../auth/scope.ts'
import type { AnyDefinition } from './definition.ts'
import { dialectAt, type ProblemDialect } from '../reply/problem-dialect.ts'
import type { HeaderShape, ReplyShape, Route, RouteShape } from './route.ts'
import type { RouteKey } from './router.ts'
import { version } from '../process/version.ts'

type Schema = Record<string, unknown>

const bearerTokens = 'A token whose scopes have that of the route'
const challenge = responseHeaders({ 'WWW-Authenticate': 'What was wrong with the token (RFC 6750)' })
const refusals = {
  401: { description: 'A token is needed, or the one that was sent is refused', headers: challenge },
  403: { description: 'The token does not have the scope', headers: challenge },
}

const ProblemDocument = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  errors: z.optional(z.array(z.object({ at: z.string(), detail: z.string(), line: z.optional(z.int()) }))),
  requestId: z.string(),
})

/**
 * Describes a function as OpenAPI 3.1, from the schemas that validate its requests.
 * @param isGuarded whether it asks for tokens
 */
export function openapiDocument(
  definition: AnyDefinition,
  shared: Readonly<Record<RouteKey, Route<undefined>>>,
  isGuarded: boolean,
): Record<string, unknown> {
  const paths: Record<string, Record<string, unknown>> = {}
  const routes = Object.entries({ ...definition.routes, ...shared }) as [RouteKey, Route<unknown>][]
  for (const [key, { shape }] of routes) {
    const [method = '', template = ''] = key.split(' ', 2)
    const scope = isGuarded && !(key in shared) ? scopeOf(definition.name, key, shape) : undefined
    const path = template.replaceAll(/:(\w+)/g, '{$1}')
    const dialect = dialectAt(path, definition.dialects)
    paths[path] = { ...paths[path], [method.toLowerCase()]: operation(method, path, shape, dialect, scope) }
  }
  return {
    openapi: '3.1.0',
    info: {
      title: `Quartet ${definition.name}`,
      version,
      description: definition.summary,
      license: { name: 'Apache-2.0' },
    },
    // Relative to where the document was read, so that it is right behind any host and prefix.
    servers: [{ url: '.' }],
    paths,
    components: {
      schemas: { Problem: jsonSchema(ProblemDocument, 'output') },
      ...(isGuarded && { securitySchemes: { bearer: { type: 'http', scheme: 'bearer', description: bearerTokens } } }),
    },
  }
}

function operation(
  method: string,
  path: string,
  shape: RouteShape,
  dialect: ProblemDialect | undefined,
  scope: string | undefined,
): Schema {
  const replies = Object.entries(shape.replies).map(([status, reply]) => [status, response(reply)])
  const parameters = [
    ...parametersIn('path', shape.params),
    ...parametersIn('query', shape.query),
    ...Object.entries(shape.headers ?? {}).map(([name, header]) => headerParameter(name, header)),
  ]
  return {
    operationId: `${method.toLowerCase()}${path.replaceAll(/[^A-Za-z]+(\w?)/g, (_, letter: string) => letter.toUpperCase())}`,
    summary: shape.summary,
    ...(scope !== undefined && { security: [{ bearer: [scope] }] }),
    ...(parameters.length > 0 && { parameters }),
    ...(shape.body && { requestBody: requestBody(shape.body) }),
    responses: {
      ...Object.fromEntries(replies),
      ...(scope !== undefined && refusals),
      default: problemResponse(dialect),
    },
  }
}

function headerParameter(name: string, header: string | HeaderShape): Schema {
  const { description, pattern } = typeof header === 'string' ? { description: header } : header
  return { name, in: 'header', required: false, description, schema: { type: 'string', ...(pattern && { pattern }) } }
}

function problemResponse(dialect: ProblemDialect | undefined): Schema {
  const description = 'A problem, as RFC 9457 has it'
  const usual = { $ref: '#/components/schemas/Problem' }
  if (!dialect) return { description, content: { 'application/problem+json': { schema: usual } } }
  const schema = jsonSchema(z.extend(ProblemDocument, dialect.shape), 'output')
  return { description, content: { [dialect.mediaType]: { schema } } }
}

function response({ description, content, headers }: ReplyShape): Schema {
  return {
    description,
    ...(headers && { headers: responseHeaders(headers) }),
    ...(content && { content: mapContent(content, (schema) => jsonSchema(schema, 'output')) }),
  }
}

function responseHeaders(headers: NonNullable<ReplyShape['headers']>): Schema {
  return Object.fromEntries(
    Object.entries(headers).map(([name, description]) => [name, { description, schema: { type: 'string' } }]),
  )
}

function requestBody(formats: NonNullable<RouteShape['body']>): Schema {
  // A stream can be empty: then it ends where it begins.
  const required = !Object.values(formats).some((format) => 'isStreamed' in format)
  return { required, content: mapContent(formats, ({ schema }) => jsonSchema(schema, 'input')) }
}

function mapContent<T>(content: Readonly<Record<string, T>>, schemaOf: (value: T) => Schema): Schema {
  return Object.fromEntries(
    Object.entries(content).map(([mediaType, value]) => [mediaType, { schema: schemaOf(value) }]),
  )
}

function parametersIn(place: 'path' | 'query', schema: z.core.$ZodType | undefined): Schema[] {
  if (!schema) return []
  const { properties = {}, required = [], ...others } = jsonSchema(schema, 'input') as ObjectSchema
  const { additionalProperties, patternProperties } = others
  const parameters = Object.entries(properties).map(([name, property]): Schema => {
    return { name, in: place, required: place === 'path' || required.includes(name), schema: property }
  })
  const isOpen = typeof additionalProperties === 'object' && Object.keys(additionalProperties).length > 0
  if (!isOpen && !patternProperties) return parameters
  // Of names that the caller chooses; `explode` writes the members of an object as parameters of their own.
  const named = { type: 'object', ...(patternProperties && { patternProperties }), additionalProperties }
  return [...parameters, { name: 'others', in: place, required: false, style: 'form', explode: true, schema: named }]
}

interface ObjectSchema {
  readonly properties?: Schema
  readonly required?: readonly string[]
  readonly additionalProperties?: boolean | Schema
  /** By the form of their names. */
  readonly patternProperties?: Schema
}

function jsonSchema(schema: z.core.$ZodType, io: 'input' | 'output'): Schema {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any' })
  return rest
}
