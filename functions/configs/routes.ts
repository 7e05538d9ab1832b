import type { IncomingHttpHeaders } from 'node:http'

import * as z from 'zod/mini'

import { jsonBody } from '../_runtime/body.ts'
import type { Database } from '../_runtime/postgres.ts'
import { badRequest, conflict, notFound, preconditionFailed } from '../_runtime/problem.ts'
import { jsonText, noContent } from '../_runtime/reply.ts'
import { route } from '../_runtime/route.ts'
import { cursorAfter, nameAtCursor } from './cursor.ts'
import { configOf, documentText, patched } from './document.ts'
import { keepNumbers } from './exact-json.ts'
import { ConfigDocument, ConfigPatch, ConfigPath, ListQuery } from './schema.ts'
import type { Config, ConfigStore } from './store.ts'

export interface Held {
  readonly database: Database
  readonly store: ConfigStore
}

const one = { description: 'The config', content: { 'application/json': ConfigDocument } }
const missing = { description: 'No config has this name' }
const conditional = { description: 'If-Match names an ETag, and configs have none yet' }
const document = jsonBody(ConfigDocument, keepNumbers)
const patch = jsonBody(ConfigPatch, keepNumbers)
const usualLimit = 100

export const list = route(
  {
    summary: 'Lists configs by name, a page at a time; the Link header has the next page.',
    query: ListQuery,
    replies: { 200: { description: 'Configs', content: { 'application/json': z.array(ConfigDocument) } } },
  },
  async ({ query }, { store }: Held) => {
    const limit = Number(query.limit ?? usualLimit)
    const after = query.cursor === undefined ? '' : nameAtCursor(query.cursor)
    const { configs, hasNext } = await store.list({ limit, after })
    const last = hasNext ? configs.at(-1) : undefined
    const link = last && `</configs?limit=${limit}&cursor=${cursorAfter(last.name)}>; rel="next"`
    return jsonText(200, `[${configs.map(documentText).join(',')}]`, link ? { link } : {})
  },
)

export const create = route(
  {
    summary: 'Stores a new config.',
    body: { 'application/json': document },
    replies: { 201: one, 409: { description: 'The name is taken' } },
  },
  async ({ body }, { store }: Held) => {
    const config = configOf(body)
    if (!(await store.create(config))) {
      throw conflict(`A config is named "${config.name}" already. PUT /configs/${config.name} replaces it.`)
    }
    return jsonText(201, documentText(config), { location: `/configs/${config.name}` })
  },
)

export const read = route(
  { summary: 'Answers one config.', params: ConfigPath, replies: { 200: one, 404: missing } },
  async ({ params }, { store }: Held) => found(params.name, await store.find(params.name)),
)

export const replace = route(
  {
    summary: 'Replaces a config.',
    params: ConfigPath,
    body: { 'application/json': document },
    replies: { 200: one, 404: missing, 412: conditional },
  },
  async ({ params, headers, body }, { store }: Held) => {
    refuseCondition(headers)
    const config = sameName(params.name, configOf(body))
    return found(config.name, (await store.replace(config)) ? config : undefined)
  },
)

export const change = route(
  {
    summary: 'Changes a config by a JSON merge patch (RFC 7396).',
    params: ConfigPath,
    body: { 'application/merge-patch+json': patch, 'application/json': patch },
    replies: { 200: one, 404: missing, 412: conditional },
  },
  async ({ params, headers, body }, { store }: Held) => {
    refuseCondition(headers)
    const config = await store.change(params.name, (before) => sameName(params.name, patched(before, body)))
    return found(params.name, config)
  },
)

export const remove = route(
  {
    summary: 'Removes a config.',
    params: ConfigPath,
    replies: { 204: { description: 'Removed' }, 404: missing, 412: conditional },
  },
  async ({ params, headers }, { store }: Held) => {
    refuseCondition(headers)
    if (!(await store.remove(params.name))) throw nothingNamed(params.name)
    return noContent()
  },
)

/** Who names an ETag means to change only what they have read; `*` is any config that is there, as without If-Match. */
function refuseCondition({ 'if-match': etags = '*' }: IncomingHttpHeaders): void {
  if (etags.trim() === '*') return
  throw preconditionFailed('Configs have no ETags yet, so none can match. Without If-Match, the change is made.')
}

function found(name: string, config: Config | undefined): ReturnType<typeof jsonText> {
  if (!config) throw nothingNamed(name)
  return jsonText(200, documentText(config))
}

function nothingNamed(name: string): Error {
  return notFound(`No config is named "${name}".`)
}

function sameName(name: string, config: Config): Config {
  if (config.name === name) return config
  throw badRequest('A config cannot be renamed; errors says where.', [
    { at: `/${config.nameKey}`, detail: `Expected "${name}", as in the path` },
  ])
}
