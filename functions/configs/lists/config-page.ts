import type { IncomingHttpHeaders } from 'node:http'

import * as z from 'zod/mini'

import { jsonText, notModified, type Reply } from '../../_runtime/reply/reply.ts'
import { page as pageHeaders, readConditional, waiting } from '../answers.ts'
import type { FeedChange } from '../feed/change-feed.ts'
import { entityTag } from '../conditions/entity-tag.ts'
import { cursorAfter, nameAtCursor } from './cursor.ts'
import { documentWriter } from './fields.ts'
import { pageTag } from '../watch/page-tag.ts'
import { isKnown } from '../conditions/precondition.ts'
import { ConfigPart, type ConfigsQuery } from '../schema.ts'
import type { Page, Place } from '../store/store.ts'
import type { Question } from '../watch/waiters.ts'

const usualLimit = 100
const pageEtag = 'Which configs are in the page, and in which version: weak'

export const several = {
  description: 'Configs; of each only what `fields` names, where it is given',
  content: { 'application/json': z.array(ConfigPart) },
  headers: { ...pageHeaders, ETag: pageEtag },
}

export const pageKnown = { description: 'The client has it', headers: { ETag: pageEtag } }
export const pageConditional = { ...readConditional, ...waiting }

interface PageRequest {
  readonly query: ConfigsQuery & Readonly<Record<string, unknown>>
  readonly headers: IncomingHttpHeaders
}

/** @throws Problem 400 when a parameter cannot be read */
export function placeOf({ limit, cursor, prefix = '' }: ConfigsQuery): Place {
  return { limit: Number(limit ?? usualLimit), after: cursor === undefined ? '' : nameAtCursor(cursor), prefix }
}

/** What is asked for a page; configs before it do not change it. */
export function pageQuestion(
  path: string,
  query: ConfigsQuery,
  place: Place,
  ask: () => Promise<Page>,
): Question<Page> {
  const concerns = ({ name }: FeedChange): boolean => name > place.after && name.startsWith(place.prefix)
  return { key: `${path} ${JSON.stringify(query)}`, concerns, ask }
}

export function isNewPage({ headers }: { readonly headers: IncomingHttpHeaders }): (page: Page) => boolean {
  return (page) => !isKnown(pageTag(page), headers)
}

/**
 * Answers a page. The next one is at the same query, with another cursor.
 * @param request with all of its query, conditions of a search included
 * @param mostFields how many fields may be asked for
 */
export function pageReply(
  path: string,
  { query, headers: asked }: PageRequest,
  { answer: page, headers: others }: { readonly answer: Page; readonly headers: Readonly<Record<string, string>> },
  mostFields: number,
): Reply {
  const { configs, hasNext } = page
  const tag = pageTag(page)
  const headers = { ...others, etag: `W/${entityTag(tag)}` }
  if (isKnown(tag, asked)) return notModified(headers)
  const text = `[${configs.map(documentWriter(query.fields, mostFields)).join(',')}]`
  const last = hasNext ? configs.at(-1) : undefined
  if (!last) return jsonText(200, text, headers)
  const { limit = usualLimit, ...same } = query
  const next = new URLSearchParams(pairsOf({ limit, ...same, cursor: cursorAfter(last.name) }))
  return jsonText(200, text, { ...headers, link: `<${path}?${next.toString()}>; rel="next"` })
}

/** A parameter that is repeated has several values. */
function pairsOf(query: Readonly<Record<string, unknown>>): [string, string][] {
  return Object.entries(query).flatMap(([name, values]) => {
    return [values].flat().map((value): [string, string] => [name, String(value)])
  })
}
