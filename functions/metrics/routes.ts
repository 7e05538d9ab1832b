import * as z from 'zod/mini'

import type { RequestMetrics } from '../_runtime/request-metrics.ts'
import { text } from '../_runtime/reply.ts'
import { route } from '../_runtime/route.ts'

export interface Held {
  readonly metrics: RequestMetrics
}

export const scrape = route(
  {
    summary: 'Answers the counts of this process in the Prometheus text format.',
    replies: { 200: { description: 'Series', content: { 'text/plain': z.string() } } },
  },
  async (_request, { metrics }: Held) => text(await metrics.registry.metrics(), metrics.registry.contentType),
)
