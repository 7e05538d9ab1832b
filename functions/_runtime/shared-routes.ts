import * as z from 'zod/mini'

import type { AnyDefinition } from './definition.ts'
import { openapiDocument } from './openapi.ts'
import type { CheckResult } from './readiness.ts'
import { json, jsonText, ok, text } from './reply.ts'
import { route, type Route } from './route.ts'
import type { RouteKey } from './router.ts'
import { version } from './version.ts'

const Check = z.object({
  status: z.enum(['ok', 'failed']),
  durationMs: z.number(),
  detail: z.optional(z.string()),
})

const Checks = z.object({
  status: z.enum(['ok', 'failed', 'draining']),
  checks: z.record(z.string(), Check),
})

const Version = z.object({
  function: z.string(),
  version: z.string(),
  /** The Knative revision, where there is one. */
  revision: z.optional(z.string()),
  node: z.string(),
})

/** What these routes tell of. */
interface Subject {
  readonly definition: AnyDefinition
  readonly isGuarded: boolean
  readonly isDraining: boolean
  check(): Promise<Readonly<Record<string, CheckResult>>>
}

/** The routes that every function has. */
export function sharedRoutes(instance: Subject): Record<RouteKey, Route<undefined>> {
  // Made when first asked for, and once each with and without tokens: turning schemas into a document takes longer than any other answer here.
  const documents = new Map<boolean, string>()
  const routes: Record<RouteKey, Route<undefined>> = {
    'GET /healthz': route(
      {
        summary: 'Says that the process answers. Cheap enough for any probe.',
        replies: { 200: { description: 'OK', content: { 'text/plain': z.string() } } },
      },
      () => text('OK'),
    ),
    'GET /livez': route(
      {
        summary: 'Says whether the process should go on living.',
        replies: { 200: { description: 'It should', content: { 'application/json': Checks } } },
      },
      () => ok({ status: 'ok', checks: { process: { status: 'ok', durationMs: 0 } } }),
    ),
    'GET /readyz': route(
      {
        summary: 'Says whether the function can answer now, each check by name.',
        replies: {
          200: { description: 'It can', content: { 'application/json': Checks } },
          503: { description: 'It cannot, or it is about to end', content: { 'application/json': Checks } },
        },
      },
      async () => {
        const checks = await instance.check()
        if (instance.isDraining) return json(503, { status: 'draining', checks })
        const isReady = Object.values(checks).every(({ status }) => status === 'ok')
        return json(isReady ? 200 : 503, { status: isReady ? 'ok' : 'failed', checks })
      },
    ),
    'GET /openapi.json': route(
      {
        summary: 'Describes the routes as OpenAPI 3.1.',
        replies: { 200: { description: 'The document', content: { 'application/json': z.looseObject({}) } } },
      },
      () => {
        const { isGuarded } = instance
        const document =
          documents.get(isGuarded) ?? JSON.stringify(openapiDocument(instance.definition, routes, isGuarded))
        documents.set(isGuarded, document)
        return jsonText(200, document)
      },
    ),
    'GET /version': route(
      {
        summary: 'Says what runs here.',
        replies: { 200: { description: 'Versions', content: { 'application/json': Version } } },
      },
      () =>
        ok({ function: instance.definition.name, version, revision: process.env['K_REVISION'], node: process.version }),
    ),
  }
  return routes
}
