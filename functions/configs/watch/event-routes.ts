import type { IncomingHttpHeaders } from 'node:http'

import * as z from 'zod/mini'

import { badRequest } from '../../_runtime/reply/problem.ts'
import { ReplyStream } from '../../_runtime/reply/reply-stream.ts'
import { streamed } from '../../_runtime/reply/reply.ts'
import { route } from '../../_runtime/function/route.ts'
import { changeEvents } from './change-events.ts'
import { positionIn, type Position } from '../feed/feed-position.ts'
import type { Held } from '../held.ts'
import { EventsQuery } from '../schema.ts'

export const events = route(
  {
    summary: 'Tells changes as they are made, as server-sent events: created, replaced, removed.',
    query: EventsQuery,
    headers: { 'Last-Event-ID': 'The id of the last event that the client has; what came after it is told first' },
    replies: {
      200: { description: 'Events, until the client is to ask again', content: { 'text/event-stream': z.string() } },
    },
  },
  (request, { watch }: Held) => {
    const { prefix = '', after, include } = request.query
    request.stepAside()
    const wanted = {
      after: positionAfter(request.headers, after),
      prefix,
      withDocuments: include === 'document',
      end: watch.endOf(request),
    }
    // Nobody is to keep it, or to gather it before it goes on.
    const headers = { 'cache-control': 'no-store', 'x-accel-buffering': 'no' }
    return streamed(new ReplyStream(changeEvents(watch, wanted)), 'text/event-stream', headers)
  },
)

/** The header before the parameter, which an EventSource that comes back still has. */
function positionAfter({ 'last-event-id': header }: IncomingHttpHeaders, parameter?: string): Position | undefined {
  const isHeader = header !== undefined && header !== ''
  const text = isHeader ? String(header) : parameter
  if (text === undefined) return undefined
  const position = positionIn(text)
  if (position) return position
  const at = isHeader ? 'last-event-id' : 'after'
  throw badRequest('The id is not one that an event of this stream had.', [{ at, detail: 'Take it from an event' }])
}
