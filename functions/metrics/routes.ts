import * as z from 'zod/mini'

import { preferredType } from '../_runtime/request/accept.ts'
import { jsonBody } from '../_runtime/request/body.ts'
import type { Page } from '../_runtime/reply/page.ts'
import { forbidden, gone } from '../_runtime/reply/problem.ts'
import type { Database } from '../_runtime/postgres/postgres.ts'
import type { ProcessMetrics } from '../_runtime/metrics/process-metrics.ts'
import { noContent, text } from '../_runtime/reply/reply.ts'
import { route } from '../_runtime/function/route.ts'
import type { ProcessTable } from '../_runtime/telemetry/process-table.ts'
import { earlierNames } from './earlier-names.ts'
import { contentTypes, exposition } from './exposition.ts'
import { familiesOf } from './families.ts'
import type { Folder } from './folder.ts'
import { Pushed } from './pushed.ts'
import type { MetricsSettings } from './schema.ts'
import type { Totals } from './totals.ts'

/** What the function holds while it is open. */
export interface Held {
  readonly settings: MetricsSettings
  readonly database: Database
  readonly totals: Totals
  readonly folder: Folder
  readonly processes: ProcessTable
  readonly metrics: ProcessMetrics
  readonly page: Page
}

/** What a process with a thousand series of requests pushes, twice over. */
const pushLimitBytes = 2_097_152

export const scrape = route(
  {
    summary: 'Answers what all processes have counted, in the Prometheus text format or as OpenMetrics.',
    replies: {
      200: {
        description: 'Series',
        content: { 'text/plain': z.string(), 'application/openmetrics-text': z.string() },
      },
    },
  },
  async ({ headers }, { settings, totals, folder, metrics }: Held) => {
    // What this process has counted is a part of it, and the only part that can be brought up to date from here.
    await metrics.flush()
    const type = preferredType(headers.accept, ['text/plain', 'application/openmetrics-text'])
    // OpenMetrics has no place for the earlier names.
    const isOpen = type === 'application/openmetrics-text' && !settings.earlierNames
    const [values, exemplars] = await Promise.all([totals.read(), isOpen ? totals.exemplars() : []])
    folder.noteScrape()
    const families = familiesOf(values, exemplars)
    if (settings.earlierNames) families.push(...earlierNames(families))
    const format = isOpen ? 'openmetrics' : 'prometheus'
    return text(await exposition(families, format), contentTypes[format], {
      vary: 'accept',
      'cache-control': 'no-store',
    })
  },
)

export const push = route(
  {
    summary: 'Takes what a process has counted since it began, in place of what it said before.',
    body: { 'application/json': jsonBody(Pushed) },
    limitBytes: pushLimitBytes,
    replies: {
      204: { description: 'It is in the totals, or something later is' },
      403: { description: 'Nobody may push, since it is not said who may' },
      410: { description: 'The process has been forgotten: it comes back under another name' },
    },
  },
  async ({ body, actor }, { processes }: Held) => {
    // Who may push may make up any number.
    if (actor === undefined) throw forbidden('Nobody may push here before metrics.auth says who may.')
    const outcome = await processes.push(body)
    if (outcome === 'forgotten') throw gone('The process is not known any more. Come back under another name.')
    return noContent()
  },
)
