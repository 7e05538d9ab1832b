import { Validator } from '@seriousme/openapi-schema-validator'
import * as z from 'zod/mini'
import { expect, test } from 'vitest'

import { jsonBody } from '../request/body.ts'
import { defineFunction } from './function.ts'
import { openapiDocument } from './openapi.ts'
import { noContent, ok } from '../reply/reply.ts'
import { route } from './route.ts'
import { RuntimeSettings } from '../settings/settings.ts'
import { version } from '../process/version.ts'

const Pet = z.strictObject({ name: z.string(), age: z._default(z.int(), 0) })

const { definition } = defineFunction({
  name: 'pets',
  summary: 'Keeps pets.',
  example: 'curl $URL/pets',
  settings: RuntimeSettings,
  open: () => ({}),
  routes: {
    'GET /pets': route(
      {
        summary: 'Lists pets.',
        query: z.catchall(z.object({ limit: z.optional(z.string()), color: z.string() }), z.string()),
        replies: {},
      },
      () => ok([]),
    ),
    'PUT /pets/:name/toys/:toy': route(
      {
        summary: 'Gives a toy.',
        params: z.strictObject({ name: z.string(), toy: z.string() }),
        headers: { 'If-Match': 'The version to change' },
        body: { 'application/json': jsonBody(Pet), 'application/merge-patch+json': jsonBody(Pet) },
        replies: {
          200: { description: 'The pet', content: { 'application/json': Pet, 'text/plain': z.string() } },
          204: { description: 'Nothing new', headers: { ETag: 'The version' } },
        },
      },
      () => noContent(),
    ),
  },
})

const document = openapiDocument(definition, {}, false)
const { paths } = document as { paths: Record<string, Record<string, Record<string, unknown>>> }
const string = { type: 'string' }

test('the document is valid OpenAPI 3.1', async () => {
  const validator = new Validator()
  expect(await validator.validate({ ...document })).toEqual({ valid: true })
  expect(validator.version).toBe('3.1')
})

test('the document says whose it is', () => {
  expect(document).toMatchObject({
    info: { title: 'Quartet pets', version, description: 'Keeps pets.' },
    servers: [{ url: '.' }],
  })
})

test('parameters of paths are required, those of queries where their schema says so', () => {
  expect(paths['/pets/{name}/toys/{toy}']?.['put']?.['parameters']).toEqual([
    { name: 'name', in: 'path', required: true, schema: string },
    { name: 'toy', in: 'path', required: true, schema: string },
    { name: 'If-Match', in: 'header', required: false, description: 'The version to change', schema: string },
  ])
  expect(paths['/pets']?.['get']?.['parameters']).toEqual([
    { name: 'limit', in: 'query', required: false, schema: string },
    { name: 'color', in: 'query', required: true, schema: string },
    // Any others, as the schema's catchall says.
    {
      name: 'others',
      in: 'query',
      required: false,
      style: 'form',
      explode: true,
      schema: { type: 'object', additionalProperties: string },
    },
  ])
})

test('a body is described as clients send it, an answer as they get it', () => {
  const { requestBody, responses } = paths['/pets/{name}/toys/{toy}']?.['put'] ?? {}
  const sent = { schema: { type: 'object', required: ['name'] } }
  expect(requestBody).toMatchObject({
    required: true,
    content: { 'application/json': sent, 'application/merge-patch+json': sent },
  })
  expect(responses).toMatchObject({
    200: {
      content: { 'application/json': { schema: { required: ['name', 'age'] } }, 'text/plain': { schema: string } },
    },
    204: { description: 'Nothing new', headers: { ETag: { description: 'The version', schema: string } } },
    default: { content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } } },
  })
})

test('operations are named after their method and path', () => {
  expect(paths['/pets']?.['get']).toMatchObject({ operationId: 'getPets', summary: 'Lists pets.' })
  expect(paths['/pets/{name}/toys/{toy}']?.['put']).toMatchObject({ operationId: 'putPetsNameToysToy' })
})
