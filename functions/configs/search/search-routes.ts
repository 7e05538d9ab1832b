import { route } from '../../_runtime/function/route.ts'
import { conditionsOf } from './condition.ts'
import {
  isNewPage,
  pageConditional,
  pageKnown,
  pageQuestion,
  pageReply,
  placeOf,
  several,
} from '../lists/config-page.ts'
import type { Held } from '../held.ts'
import { SearchQuery } from '../schema.ts'

export const find = route(
  {
    summary: 'Finds configs by what is in them, as metadata.monitoring.enabled=true; a page at a time, as the list is.',
    query: SearchQuery,
    headers: pageConditional,
    replies: { 200: several, 304: pageKnown },
  },
  async (request, { search, watch, settings }: Held) => {
    const { query } = request
    const { limit: _, cursor: _cursor, prefix: _prefix, fields: _fields, ...parameters } = query
    const conditions = conditionsOf(parameters, settings.queries.conditions)
    const place = placeOf(query)
    const question = pageQuestion('/search', query, place, () => search.find({ ...place, conditions }))
    const answer = await watch.answer(request, watch.pages, question, isNewPage(request))
    return pageReply('/search', request, answer, settings.queries.fields)
  },
)
