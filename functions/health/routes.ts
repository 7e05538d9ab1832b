import * as z from 'zod/mini'

import type { Page } from '../_runtime/reply/page.ts'
import { notFound } from '../_runtime/reply/problem.ts'
import { html, json, ok } from '../_runtime/reply/reply.ts'
import { preferredType } from '../_runtime/request/accept.ts'
import { route } from '../_runtime/function/route.ts'
import type { Fleet } from './fleet.ts'
import type { Recorder } from './recorder.ts'
import { Change, FleetHealth, HealthQuery, HistoryQuery } from './schema.ts'
import { isWell } from './state.ts'

export interface Held {
  readonly fleet: Fleet
  /** Where the settings name a database. */
  readonly recorder: Recorder | undefined
  readonly page: Page
}

const content = { 'application/json': FleetHealth, 'text/html': z.string() }

export const health = route(
  {
    summary: 'Tells how all functions are; a page for a browser, JSON for everybody else.',
    query: HealthQuery,
    replies: {
      200: { description: 'All that matter are ready or idle, or nobody has said where functions are', content },
      503: { description: 'One that matters is not', content },
    },
  },
  async ({ headers, query }, { fleet, recorder, page }: Held) => {
    const report = { ...(await fleet.health(query.deep === 'true')), keepsHistory: recorder !== undefined }
    recorder?.note(report)
    const status = isWell(report.state) || report.source === 'none' ? 200 : 503
    const type = preferredType(headers.accept, ['application/json', 'text/html'])
    if (type === 'text/html') return html(status, page.source, page.policy)
    return json(status, report, { vary: 'accept', 'cache-control': 'no-store' })
  },
)

const defaultLimit = 100

export const history = route(
  {
    summary: 'Lists the changes of state that were seen, the latest first.',
    query: HistoryQuery,
    replies: {
      200: { description: 'Changes', content: { 'application/json': z.array(Change) } },
      404: { description: 'No database is set, so none are kept' },
    },
  },
  async ({ query }, { recorder }: Held) => {
    if (!recorder) throw notFound('Changes are not kept here: set database.url (DATABASE_URL).')
    const limit = Number(query.limit ?? defaultLimit)
    return ok(await recorder.list({ function: query.function, limit }), { 'cache-control': 'no-store' })
  },
)
