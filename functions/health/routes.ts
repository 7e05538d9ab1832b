import * as z from 'zod/mini'

import { html, json } from '../_runtime/reply.ts'
import { route } from '../_runtime/route.ts'
import type { Page } from '../_runtime/page.ts'
import type { Fleet } from './fleet.ts'
import { FleetHealth } from './schema.ts'

export interface Held {
  readonly fleet: Fleet
  readonly page: Page
}

const content = { 'application/json': FleetHealth, 'text/html': z.string() }

export const health = route(
  {
    summary: 'Tells how all functions are; a page for a browser, JSON for everybody else.',
    replies: {
      200: { description: 'None is down or degraded', content },
      503: { description: 'One is', content },
    },
  },
  async ({ headers }, { fleet, page }: Held) => {
    const report = await fleet.health()
    const status = report.state === 'ready' || report.state === 'unknown' ? 200 : 503
    if (!prefersHtml(headers.accept)) return json(status, report, { vary: 'accept', 'cache-control': 'no-store' })
    return html(status, page.source, page.policy)
  },
)

/** Browsers name text/html first; what names no type, or any, gets JSON. */
function prefersHtml(accept = ''): boolean {
  const types = accept.split(',').map((part) => part.trim().split(';')[0])
  const htmlPlace = types.indexOf('text/html')
  const jsonPlace = types.indexOf('application/json')
  return htmlPlace !== -1 && (jsonPlace === -1 || htmlPlace < jsonPlace)
}
