import { createHash } from 'node:crypto'

import * as z from 'zod/mini'

import { AuthSettings } from '../auth/settings.ts'
import { jsonBody } from '../request/body.ts'
import { defineFunction } from '../function/function.ts'
import { notFound } from '../reply/problem.ts'
import { notModified, ok, text } from '../reply/reply.ts'
import { route } from '../function/route.ts'
import { RuntimeSettings } from '../settings/settings.ts'

const GuardedSettings = z.extend(RuntimeSettings, { auth: z.prefault(AuthSettings, {}) })

const anything = { 200: { description: 'Something', content: { 'application/json': z.unknown() } } }
const Thing = z.strictObject({ thing: z.string() })

/** A function that asks for tokens where its settings say so. */
export const guarded = defineFunction({
  name: 'guarded',
  summary: 'Shows what a function does that asks for tokens.',
  example: 'curl $URL/things',
  settings: GuardedSettings,
  auth: ({ auth }) => auth,
  open: () => ({}),
  routes: {
    'GET /': route({ summary: 'Is a page.', isOpen: true, replies: anything }, ({ actor }) => text(`page ${actor}`)),
    'GET /alive': route({ summary: 'Is asked by probes.', probe: 'liveness', replies: anything }, () => text('alive')),
    'GET /things': route({ summary: 'Says who asks.', replies: anything }, ({ actor }) => ok({ actor })),
    'GET /things/:thing': route(
      { summary: 'Answers a thing.', params: Thing, replies: anything },
      ({ params, headers }) => {
        if (params.thing !== 'one') throw notFound('There is one only.')
        return headers['if-none-match'] === '"1"'
          ? notModified({ etag: '"1"' })
          : ok({}, { etag: '"1"', vary: 'accept' })
      },
    ),
    'PUT /things': route(
      { summary: 'Takes a thing.', body: { 'application/json': jsonBody(Thing) }, replies: anything },
      ({ actor, body }) => ok({ actor, ...body }),
    ),
    'POST /questions': route({ summary: 'Is asked.', scope: 'guarded:ask', replies: anything }, ({ actor }) =>
      ok({ actor }),
    ),
  },
})

/** What settings say of a token. */
export function tokenEntry(token: string, ...scopes: string[]): string {
  return `sha256:${createHash('sha256').update(token).digest('hex')} ${scopes.join(' ')}`
}

export function bearing(token: string): { authorization: string } {
  return { authorization: `Bearer ${token}` }
}
