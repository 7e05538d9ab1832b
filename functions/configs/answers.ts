import type { IncomingHttpHeaders } from 'node:http'

import { notFound, preconditionFailed, type Problem } from '../_runtime/reply/problem.ts'
import { jsonText, notModified, type Reply } from '../_runtime/reply/reply.ts'
import { documentText } from './documents/document.ts'
import { entityTag, entityTagsPattern } from './conditions/entity-tag.ts'
import { isKnown, type Precondition } from './conditions/precondition.ts'
import { ConfigDocument } from './schema.ts'
import type { Config, ConfigStore, StoredConfig, Written } from './store/store.ts'

// What more than one route answers, for the OpenAPI document.
const etag = 'The version of the config, in double quotes'
const location = 'The path of the config'
export const one = {
  description: 'The config',
  content: { 'application/json': ConfigDocument },
  headers: { ETag: etag },
}
export const created = { ...one, description: 'The new config', headers: { ETag: etag, Location: location } }
export const missing = { description: 'No config has this name' }
export const unmet = { description: 'The config is not as If-Match or If-None-Match says' }
export const unconditional = {
  description: 'If-Match or If-None-Match is needed, because the setting requireIfMatch says so',
}
export const conditional = {
  'If-Match': {
    description: 'ETags of which the config must have one, or * for any; otherwise nothing is changed',
    pattern: entityTagsPattern,
  },
  'If-None-Match': {
    description: 'ETags that the config must not have, or * where there must be none',
    pattern: entityTagsPattern,
  },
}
export const known = { description: 'The client has it', headers: { ETag: etag } }
export const page = { Link: 'Where the next page is, if there is one' }
/** What a reader can make its request depend on. */
export const readConditional = {
  'If-None-Match': 'ETags of what the client has; answered 304 when one of them is that of the answer',
}

/** What a reader that waits says. */
export const waiting = {
  Prefer: 'With If-None-Match, wait=20 lets the answer wait for up to 20 seconds until it is another than that',
}

/**
 * Explains why nothing was written.
 * @param mayCreate whether something would have been where there is nothing
 */
export async function whyNot(
  store: ConfigStore,
  name: string,
  { match = '*', noneMatch }: Precondition,
  mayCreate = false,
): Promise<Problem> {
  // Where there is nothing, 404 comes before any precondition: RFC 9110, section 13.2.1.
  if (match === '*' && noneMatch === undefined && !mayCreate) return nothingNamed(name)
  const version = await store.versionOf(name)
  if (version === undefined && !mayCreate) return nothingNamed(name)
  const state = version === undefined ? `Nothing is named "${name}"` : `"${name}" is at version ${version}`
  return preconditionFailed(`${state} now, and the request depends on something else.`)
}

/** Answers what was stored. */
export function stored(config: Config, { version, isNew }: Written): Reply {
  const headers = { etag: entityTag(version), ...(isNew && { location: `/configs/${config.name}` }) }
  return jsonText(isNew ? 201 : 200, documentText(config), headers)
}

/**
 * Answers what was read.
 * @param others of the answer's headers
 */
export function found(
  config: StoredConfig,
  headers: IncomingHttpHeaders,
  others: Readonly<Record<string, string>> = {},
): Reply {
  const { version } = config
  const answered = { ...others, etag: entityTag(version) }
  return isKnown(version, headers) ? notModified(answered) : jsonText(200, documentText(config), answered)
}

export function nothingNamed(name: string): Problem {
  return notFound(`No config is named "${name}".`)
}
