import { route } from '../_runtime/route.ts'
import { conditionsOf } from './condition.ts'
import { pageReply, placeOf, several } from './config-page.ts'
import type { Held } from './held.ts'
import { SearchQuery } from './schema.ts'

export const find = route(
  {
    summary: 'Finds configs by what is in them, as metadata.monitoring.enabled=true; a page at a time, as the list is.',
    query: SearchQuery,
    replies: { 200: several },
  },
  async ({ query }, { search }: Held) => {
    const { limit: _, cursor: _cursor, prefix: _prefix, fields: _fields, ...parameters } = query
    const conditions = conditionsOf(parameters)
    return pageReply('/search', query, await search.find({ ...placeOf(query), conditions }))
  },
)
