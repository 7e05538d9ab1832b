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

interface MediaRange {
  readonly type: string
  /** How much it is wanted, 0 (not at all) to 1. */
  readonly quality: number
  readonly place: number
}

/** Browsers name text/html, and name it first; what names no type, or any, gets JSON. */
function prefersHtml(accept = ''): boolean {
  const ranges = accept.split(',').map(mediaRange)
  const find = (type: string): MediaRange | undefined => ranges.find((range) => range.type === type)
  const asHtml = find('text/html')
  if (!asHtml || !(asHtml.quality > 0)) return false
  // The most specific range that takes in a type is the one that speaks of it (RFC 9110, 12.5.1).
  const asJson = find('application/json') ?? find('application/*') ?? find('*/*')
  if (!asJson || asHtml.quality > asJson.quality) return true
  return asHtml.quality === asJson.quality && asHtml.place < asJson.place
}

function mediaRange(text: string, place: number): MediaRange {
  const [type = '', ...parameters] = text.split(';').map((part) => part.trim().toLowerCase())
  const quality = parameters.find((parameter) => parameter.startsWith('q='))
  return { type, quality: quality === undefined ? 1 : Number(quality.slice(2)), place }
}
