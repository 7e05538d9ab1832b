import { Validator } from '@seriousme/openapi-schema-validator'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import * as z from 'zod/mini'

import { jsonBody } from '../request/body.ts'
import { defineFunction } from '../function/function.ts'
import type { FunctionInstance } from '../function/instance.ts'
import { gatewayTimeout } from './problem.ts'
import { ok } from './reply.ts'
import { route } from '../function/route.ts'
import { RuntimeSettings } from '../settings/settings.ts'
import { callerOf, instanceOf, type Call, type Received } from '../testing/call.ts'
import { Gate } from '../testing/gate.ts'

let gate: Gate
let instance: FunctionInstance
let call: Call

beforeEach(() => {
  gate = new Gate()
  instance = instanceOf(makeFunction(gate), { limits: { inFlight: 1 } })
  call = callerOf(instance)
})

afterEach(async () => {
  gate.open()
  await instance.close()
})

const Word = z.strictObject({ word: z.string() })
const word = {
  summary: 'Takes a word.',
  body: { 'application/json': jsonBody(Word) },
  limitBytes: 100,
  replies: { 200: { description: 'It', content: { 'application/json': Word } } },
}

/** The same routes twice, the second time under a path with a dialect. */
function makeFunction(held: Gate): ReturnType<typeof defineFunction> {
  return defineFunction({
    name: 'speaker',
    summary: 'Speaks two ways.',
    example: 'curl $URL/words',
    settings: RuntimeSettings,
    open: () => ({}),
    routes: { ...routesUnder('', held), ...routesUnder('/other', held) },
    dialects: {
      '/other': {
        mediaType: 'application/json',
        shape: { error: z.string() },
        membersOf: ({ status, detail }) => ({ error: `${status} ${detail}` }),
        nothingAt: (path) => `Not at ${path}.`,
      },
    },
  })
}

function routesUnder(prefix: '' | '/other', held: Gate): Parameters<typeof defineFunction>[0]['routes'] {
  const nothing = { summary: 'Does not answer.', replies: {} }
  return {
    [`POST ${prefix}/words`]: route(word, ({ body }) => ok(body)),
    [`GET ${prefix}/late`]: route(nothing, () => {
      throw gatewayTimeout('Too late.')
    }),
    [`GET ${prefix}/broken`]: route(nothing, () => {
      throw new Error('hunter2')
    }),
    [`GET ${prefix}/wait`]: route(nothing, async () => {
      await held.pass()
      return ok({})
    }),
  }
}

const failures = [
  ['GET', '/nowhere', {}, 404],
  ['GET', '/%ff', {}, 400],
  ['GET', '/words', {}, 405],
  ['POST', '/words', { body: 'x' }, 400],
  ['POST', '/words', { body: { word: 1 } }, 400],
  ['POST', '/words', { body: ' '.repeat(101) }, 413],
  ['POST', '/words', { body: 'x', headers: { 'content-type': 'text/plain' } }, 415],
  ['GET', '/late', {}, 504],
  ['GET', '/broken', {}, 500],
] as const

function expectUsual({ headers, body }: Received, status: number): void {
  expect(headers['content-type']).toBe('application/problem+json')
  expect(body).toMatchObject({ status, title: expect.any(String), detail: expect.any(String), requestId: 'test' })
  expect(body).not.toHaveProperty('error')
}

function expectOther({ headers, body }: Received, status: number): void {
  expect(headers['content-type']).toBe('application/json')
  expect(body).toMatchObject({ status, title: expect.any(String), detail: expect.any(String), requestId: 'test' })
  expect(body).toHaveProperty('error', `${status} ${(body as { detail: string }).detail}`)
}

test.each(failures)('%s %s is told as usual, and under the other path in its dialect', async (...failure) => {
  const [method, path, sent, status] = failure
  const usual = await call(`${method} ${path}`, sent)
  expectUsual(usual, status)
  const other = await call(`${method} /other${path}`, sent)
  expectOther(other, status)
  expect(other.status).toBe(usual.status)
})

test('a process at its limit says so in the dialect, too', async () => {
  const waiting = call('GET /wait')
  await gate.holds(1)
  expectUsual(await call('GET /late'), 429)
  const { headers, ...rest } = await call('GET /other/late')
  expectOther({ headers, ...rest }, 429)
  expect(headers['retry-after']).toBe('1')
  gate.open()
  await waiting
})

test('what is said of a path where nothing is', async () => {
  expect((await call('GET /other/nowhere')).body).toMatchObject({ detail: 'Not at /other/nowhere.' })
  expect((await call('GET /nowhere')).body).toMatchObject({
    detail: 'Nothing is at /nowhere. /openapi.json lists what is.',
  })
})

test.each(['others', 'othe', 'a/other', '/other'])('the dialect is not that of /%s', async (path) => {
  expectUsual(await call(`GET /${path}`), 404)
  expect(instance.owns(`/${path}`)).toBe(false)
})

test.each(['other', 'other/', 'other/nowhere', 'other/words', 'other/nowhere?a=/'])(
  'the dialect is that of /%s',
  async (target) => {
    const { headers } = await call(`PUT /${target}`)
    expect(headers['content-type']).toBe('application/json')
  },
)

test('a function owns all under its dialect, to say that nothing is there', () => {
  expect(['/other', '/other/nowhere', '/other/%ff'].map((path) => instance.owns(path))).toEqual([true, true, true])
})

describe('the OpenAPI document', () => {
  test('says which problems have what members', async () => {
    const { body } = await call('GET /openapi.json')
    const { paths } = body as { paths: Record<string, Record<string, { responses: Record<string, unknown> }>> }
    const problem = { $ref: '#/components/schemas/Problem' }
    expect(paths['/words']?.['post']?.responses['default']).toMatchObject({
      content: { 'application/problem+json': { schema: problem } },
    })
    expect(paths['/other/words']?.['post']?.responses['default']).toMatchObject({
      content: {
        'application/json': { schema: { required: ['type', 'title', 'status', 'detail', 'requestId', 'error'] } },
      },
    })
    expect(await new Validator().validate({ ...(body as object) })).toEqual({ valid: true })
  })
})
