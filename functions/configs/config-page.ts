import * as z from 'zod/mini'

import { jsonText, type Reply } from '../_runtime/reply.ts'
import { page as pageHeaders } from './answers.ts'
import { cursorAfter, nameAtCursor } from './cursor.ts'
import { documentWriter } from './fields.ts'
import { ConfigDocument, type ConfigsQuery } from './schema.ts'
import type { Page, Place } from './store.ts'

const usualLimit = 100

export const several = {
  description: 'Configs; of each only what `fields` names, where it is given',
  content: { 'application/json': z.array(ConfigDocument) },
  headers: pageHeaders,
}

/** @throws Problem 400 when a parameter cannot be read */
export function placeOf({ limit, cursor, prefix = '' }: ConfigsQuery): Place {
  return { limit: Number(limit ?? usualLimit), after: cursor === undefined ? '' : nameAtCursor(cursor), prefix }
}

/**
 * Answers a page. The next one is at the same query, with another cursor.
 * @param query all of it, conditions of a search included
 */
export function pageReply(
  path: string,
  query: ConfigsQuery & Readonly<Record<string, unknown>>,
  { configs, hasNext }: Page,
): Reply {
  const text = `[${configs.map(documentWriter(query.fields)).join(',')}]`
  const last = hasNext ? configs.at(-1) : undefined
  if (!last) return jsonText(200, text)
  const { limit = usualLimit, ...same } = query
  const next = new URLSearchParams(pairsOf({ limit, ...same, cursor: cursorAfter(last.name) }))
  return jsonText(200, text, { link: `<${path}?${next.toString()}>; rel="next"` })
}

/** A parameter that is repeated has several values. */
function pairsOf(query: Readonly<Record<string, unknown>>): [string, string][] {
  return Object.entries(query).flatMap(([name, values]) => {
    return [values].flat().map((value): [string, string] => [name, String(value)])
  })
}
