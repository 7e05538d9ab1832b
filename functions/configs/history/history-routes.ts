import * as z from 'zod/mini'

import { conflict, notFound, type Problem } from '../../_runtime/reply/problem.ts'
import { json, type Reply } from '../../_runtime/reply/reply.ts'
import { route } from '../../_runtime/function/route.ts'
import {
  conditional,
  created,
  found,
  known,
  one,
  page,
  readConditional,
  stored,
  unconditional,
  unmet,
  whyNot,
} from '../answers.ts'
import { cursorAfter, versionAtCursor } from '../lists/cursor.ts'
import { parsedDocument } from '../documents/document.ts'
import type { Held } from '../held.ts'
import type { Change, ConfigHistory } from './history.ts'
import { jsonDiff } from '../patch/json-diff.ts'
import { preconditionOf } from '../conditions/precondition.ts'
import { ConfigChange, ConfigOperations, ConfigPath, DiffQuery, isFreePath, ListQuery, VersionPath } from '../schema.ts'
import type { StoredConfig } from '../store/store.ts'

const notKept = { description: 'No such version is kept' }
const usualLimit = 100

export const versions = route(
  {
    summary: 'Lists the changes of a config, the newest first, a page at a time; the Link header has the next page.',
    params: ConfigPath,
    query: ListQuery,
    replies: {
      200: { description: 'Changes', content: { 'application/json': z.array(ConfigChange) }, headers: page },
      404: { description: 'No change of a config of this name is kept' },
    },
  },
  async ({ params: { name }, query }, { history }: Held) => {
    const limit = Number(query.limit ?? usualLimit)
    const before = query.cursor === undefined ? undefined : versionAtCursor(query.cursor)
    const { changes, hasNext } = await history.list(name, { limit, before })
    if (changes.length === 0 && before === undefined) throw notFound(`No change of a config named "${name}" is kept.`)
    const last = hasNext ? changes.at(-1) : undefined
    const link = last && `</configs/${name}/versions?limit=${limit}&cursor=${cursorAfter(last.version)}>; rel="next"`
    return json(200, changes.map(changeDocument), link ? { link } : {})
  },
)

export const readVersion = route(
  {
    summary: 'Answers a config as it was.',
    params: VersionPath,
    headers: readConditional,
    replies: { 200: one, 304: known, 404: notKept },
  },
  async ({ params, headers }, { history }: Held) => found(await kept(history, params.name, params.version), headers),
)

export const restore = route(
  {
    summary: 'Makes a config again what it was, as a new version; one that was removed is there again.',
    params: VersionPath,
    headers: conditional,
    replies: {
      200: one,
      201: created,
      404: notKept,
      409: { description: 'The name is that of another path, which it was not before' },
      412: unmet,
      428: unconditional,
    },
  },
  async ({ params, headers, actor }, { store, history, settings }: Held) => {
    const condition = preconditionOf(headers, settings)
    // Never another by the time that it is written: a version does not change.
    const config = await kept(history, params.name, params.version)
    if (!isFreePath(params.name)) {
      throw conflict(
        `/configs/${params.name} is the path of something else now. Store this version under another name.`,
      )
    }
    const written = await store.write(config, condition, true, actor)
    if (!written) throw await whyNot(store, params.name, condition, true)
    return stored(config, written)
  },
)

export const diff = route(
  {
    summary: 'Answers the JSON Patch (RFC 6902) that makes one version of another.',
    params: ConfigPath,
    query: DiffQuery,
    replies: {
      200: { description: 'A JSON Patch', content: { 'application/json-patch+json': ConfigOperations } },
      404: notKept,
    },
  },
  async ({ params: { name }, query }, { history }: Held): Promise<Reply> => {
    const [from, to] = await Promise.all([kept(history, name, query.from), kept(history, name, query.to)])
    const operations = jsonDiff(parsedDocument(from), parsedDocument(to))
    return json(200, operations, { 'content-type': 'application/json-patch+json' })
  },
)

async function kept(history: ConfigHistory, name: string, version: string): Promise<StoredConfig> {
  const config = await history.find(name, version)
  if (!config) throw notKeptNow(name, version)
  return config
}

function notKeptNow(name: string, version: string): Problem {
  return notFound(`Nothing is kept of "${name}" at version ${version}. GET /configs/${name}/versions lists what is.`)
}

function changeDocument({ version, changedAt, actor, isRemoval }: Change): z.output<typeof ConfigChange> {
  return { version: Number(version), changedAt: changedAt.toISOString(), actor, removed: isRemoval }
}
