import * as z from 'zod/mini'

import { route } from '../_runtime/function/route.ts'
import { html, ok } from '../_runtime/reply/reply.ts'
import { familiesOf } from './families.ts'
import { FunctionTotals, functionTotals } from './function-totals.ts'
import type { Held } from './routes.ts'

export const charts = route(
  {
    summary: 'A page with charts of what the functions do now.',
    // It holds nothing; its script asks for a token where one is needed.
    isOpen: true,
    replies: { 200: { description: 'HTML', content: { 'text/html': z.string() } } },
  },
  (_request, { page }: Held) => html(200, page.source, page.policy),
)

const Answer = z.object({ functions: z.record(z.string(), FunctionTotals) })

export const totals = route(
  {
    summary: 'Answers what all processes have counted, summed by function; the page asks for it.',
    replies: { 200: { description: 'Totals', content: { 'application/json': Answer } } },
  },
  async (_request, { totals: stored, folder, metrics }: Held) => {
    await metrics.flush()
    const values = await stored.read()
    folder.noteScrape()
    return ok({ functions: functionTotals(familiesOf(values)) }, { 'cache-control': 'no-store' })
  },
)
