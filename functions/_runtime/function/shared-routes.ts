import * as z from 'zod/mini'

import type { AnyDefinition } from './definition.ts'
import { openapiDocument } from './openapi.ts'
import type { CheckResult } from './readiness.ts'
import { json, jsonText, ok, text } from '../reply/reply.ts'
import { route, type Route } from './route.ts'
import type { RouteKey } from './router.ts'
import { version } from '../process/version.ts'

const Check = z.object({
  status: z.enum(['ok', 'failed']),
  durationMs: z.number(),
  detail: z.optional(z.string()),
})

const Checks = z.object({
  status: z.enum(['ok', 'failed', 'draining']),
  checks: z.record(z.string(), Check),
})

type Outcome = z.output<typeof Checks>

const checksContent = { 'application/json': Checks, 'text/plain': z.string() }
const alive: Outcome = { status: 'ok', checks: { process: { status: 'ok', durationMs: 0 } } }

const Version = z.object({
  function: z.string(),
  version: z.string(),
  /** The Knative revision, where there is one. */
  revision: z.optional(z.string()),
  node: z.string(),
})

/** As Kubernetes has it: https://kubernetes.io/docs/reference/using-api/health-checks/ */
const ProbeQuery = z.object({
  /** Whether each check is listed, as text. */
  verbose: z.optional(z.union([z.string(), z.array(z.string())])),
  /** Names of checks to pass over. */
  exclude: z.optional(z.union([z.string(), z.array(z.string())])),
})

/** What these routes tell of. */
interface Subject {
  readonly definition: AnyDefinition
  readonly isGuarded: boolean
  readonly isDraining: boolean
  /** @param isWanted whether to ask the check of a name */
  check(isWanted: (name: string) => boolean): Promise<Readonly<Record<string, CheckResult>>>
}

/** The routes that every function has. */
export function sharedRoutes(instance: Subject): Record<RouteKey, Route<undefined>> {
  // Made when first asked for, and once each with and without tokens: turning schemas into a document takes longer than any other answer here.
  const documents = new Map<boolean, string>()
  const routes: Record<RouteKey, Route<undefined>> = {
    'GET /healthz': route(
      {
        // Asked so often that its query is not worth a schema.
        summary: 'Says that the process answers. Cheap enough for any probe; ?verbose lists what was checked.',
        replies: { 200: { description: 'OK', content: { 'text/plain': z.string() } } },
      },
      ({ query }) => text(query.verbose === undefined ? 'OK' : listed('healthz', alive)),
    ),
    'GET /livez': route(
      {
        summary: 'Says whether the process should go on living.',
        query: ProbeQuery,
        replies: { 200: { description: 'It should', content: checksContent } },
      },
      ({ query }) => (query.verbose === undefined ? ok(alive) : text(listed('livez', alive))),
    ),
    'GET /readyz': route(
      {
        summary: 'Says whether the function can answer now, each check by name.',
        query: ProbeQuery,
        replies: {
          200: { description: 'It can', content: checksContent },
          503: { description: 'It cannot, or it is about to end', content: checksContent },
        },
      },
      async ({ query }) => {
        const excluded = new Set([query.exclude ?? []].flat())
        const checks = await instance.check((name) => !excluded.has(name))
        const areOk = Object.values(checks).every(({ status }) => status === 'ok')
        const status = instance.isDraining ? 'draining' : areOk ? 'ok' : 'failed'
        const code = status === 'ok' ? 200 : 503
        const outcome: Outcome = { status, checks }
        return query.verbose === undefined ? json(code, outcome) : { ...text(listed('readyz', outcome)), status: code }
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

/** Checks as Kubernetes lists them for `?verbose`. */
function listed(probe: string, { status, checks }: Outcome): string {
  const lines = Object.entries(checks).map(([name, { status: found, detail }]) => {
    return found === 'ok' ? `[+]${name} ok` : `[-]${name} failed: ${detail ?? 'the log says why'}`
  })
  if (status === 'draining') lines.push('[-]draining: the process is about to end')
  return [...lines, `${probe} check ${status === 'ok' ? 'passed' : 'failed'}`, ''].join('\n')
}
