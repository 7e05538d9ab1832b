import { jsonBody } from '../_runtime/request/body.ts'
import { badRequest, conflict, unprocessableContent, type Problem } from '../_runtime/reply/problem.ts'
import { noContent } from '../_runtime/reply/reply.ts'
import { route } from '../_runtime/function/route.ts'
import {
  conditional,
  created,
  found,
  known,
  missing,
  nothingNamed,
  one,
  readConditional,
  stored,
  unconditional,
  unmet,
  waiting,
  whyNot,
} from './answers.ts'
import type { FeedChange } from './feed/change-feed.ts'
import {
  isNewPage,
  pageConditional,
  pageKnown,
  pageQuestion,
  pageReply,
  placeOf,
  several,
} from './lists/config-page.ts'
import { refuseBeyond } from './documents/document-limits.ts'
import { configOf, patched } from './documents/document.ts'
import { keepNumbers } from './documents/exact-json.ts'
import type { Held } from './held.ts'
import { idempotencyKey, idempotencyKeyPattern } from './conditions/idempotency-key.ts'
import { jsonPatchBody, mergePatchBody } from './patch/patch.ts'
import { isKnown, preconditionOf } from './conditions/precondition.ts'
import { ConfigDocument, ConfigPath, ConfigsQuery, ReplaceQuery } from './schema.ts'
import type { Config, CreatedOnce } from './store/store.ts'

/** By which a client says that it knows that there is nothing: versions begin with 1. */
const versionOfNothing = '0'

const document = jsonBody(ConfigDocument, keepNumbers)

export const list = route(
  {
    summary: 'Lists configs by name, a page at a time; the Link header has the next page.',
    query: ConfigsQuery,
    headers: pageConditional,
    replies: { 200: several, 304: pageKnown },
  },
  async (request, { store, watch, settings }: Held) => {
    const place = placeOf(request.query)
    const question = pageQuestion('/configs', request.query, place, () => store.list(place))
    const answer = await watch.answer(request, watch.pages, question, isNewPage(request))
    return pageReply('/configs', request, answer, settings.queries.fields)
  },
)

export const create = route(
  {
    summary: 'Stores a new config.',
    headers: {
      'Idempotency-Key': {
        description: 'A text of the client, by which a retry is known: it gets the first answer',
        pattern: idempotencyKeyPattern,
      },
    },
    body: { 'application/json': document },
    replies: {
      201: created,
      409: { description: 'The name is taken, or a request with the same Idempotency-Key is being answered' },
      422: { description: 'The Idempotency-Key is that of another request' },
    },
  },
  async ({ headers, body, actor }, { store, settings }: Held) => {
    const config = configOf(refuseBeyond(settings.documents, body))
    const key = idempotencyKey(headers)
    const version =
      key === undefined
        ? await store.create(config, actor)
        : versionOf(config, await store.createOnce(config, key, actor))
    if (version === undefined) throw taken(config)
    return stored(config, { version, isNew: true })
  },
)

export const read = route(
  {
    summary: 'Answers one config.',
    params: ConfigPath,
    headers: { ...readConditional, ...waiting },
    replies: { 200: one, 304: known, 404: missing },
  },
  async (request, { store, watch }: Held) => {
    const { name } = request.params
    const question = {
      key: name,
      concerns: (change: FeedChange) => change.name === name,
      ask: () => store.find(name),
    }
    const { answer: config, headers } = await watch.answer(request, watch.configs, question, (now) => {
      return !isKnown(now?.version ?? versionOfNothing, request.headers)
    })
    if (!config) throw nothingNamed(name)
    return found(config, request.headers, headers)
  },
)

export const replace = route(
  {
    summary: 'Replaces a config; with If-None-Match: * it creates one, with ?create=true it does either.',
    params: ConfigPath,
    query: ReplaceQuery,
    headers: conditional,
    body: { 'application/json': document },
    replies: { 200: one, 201: created, 404: missing, 412: unmet, 428: unconditional },
  },
  async ({ params, query, headers, body, actor }, { store, settings }: Held) => {
    const condition = preconditionOf(headers, settings)
    const config = sameName(params.name, configOf(refuseBeyond(settings.documents, body)))
    const mayCreate = query.create === 'true'
    const written = await store.write(config, condition, mayCreate, actor)
    if (!written) throw await whyNot(store, params.name, condition, mayCreate || condition.noneMatch === '*')
    return stored(config, written)
  },
)

export const change = route(
  {
    summary: 'Changes a config by a JSON merge patch (RFC 7396) or a JSON Patch (RFC 6902).',
    params: ConfigPath,
    headers: conditional,
    body: {
      'application/merge-patch+json': mergePatchBody,
      'application/json': mergePatchBody,
      'application/json-patch+json': jsonPatchBody,
    },
    replies: {
      200: one,
      404: missing,
      409: { description: 'The config is not as the JSON Patch expects it' },
      412: unmet,
      428: unconditional,
    },
  },
  async ({ params, headers, body: patch, actor }, { store, settings }: Held) => {
    const condition = preconditionOf(headers, settings)
    const { documents, limits } = settings
    const { bodyBytes } = limits
    const changed = (before: Config): Config => sameName(params.name, patched(before, patch, { bodyBytes, documents }))
    const config = await store.change(params.name, condition, changed, actor)
    if (!config) throw await whyNot(store, params.name, condition)
    return stored(config, { version: config.version, isNew: false })
  },
)

export const remove = route(
  {
    summary: 'Removes a config. Its versions are kept for a while, and can be restored.',
    params: ConfigPath,
    headers: conditional,
    replies: { 204: { description: 'Removed' }, 404: missing, 412: unmet, 428: unconditional },
  },
  async ({ params, headers, actor }, { store, settings }: Held) => {
    const condition = preconditionOf(headers, settings)
    if (!(await store.remove(params.name, condition, actor))) throw await whyNot(store, params.name, condition)
    return noContent()
  },
)

/** @throws Problem when the request was not the first with its key, or created nothing */
function versionOf(config: Config, result: CreatedOnce): string {
  if ('version' in result) return result.version
  throw refusals[result.refused](config)
}

const refusals = {
  'name taken': taken,
  'being answered': () => conflict('A request with this Idempotency-Key is being answered now. Ask again.'),
  'key of another request': () =>
    unprocessableContent('This Idempotency-Key was sent with another body. A new request needs a new key.'),
}

function taken({ name, nameKey }: Config): Problem {
  return conflict(`A config is named "${name}" already. PUT /configs/${name} replaces it.`, [
    { at: `/${nameKey}`, detail: 'The name is taken' },
  ])
}

function sameName(name: string, config: Config): Config {
  if (config.name === name) return config
  throw badRequest('A config cannot be renamed; errors says where.', [
    { at: `/${config.nameKey}`, detail: `Expected "${name}", as in the path` },
  ])
}
