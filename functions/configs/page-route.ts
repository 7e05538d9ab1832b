import * as z from 'zod/mini'

import { html } from '../_runtime/reply/reply.ts'
import { route } from '../_runtime/function/route.ts'
import type { Held } from './held.ts'

export const manage = route(
  {
    summary: 'A page to find, change and restore configs.',
    // It holds nothing; its script asks for a token where one is needed.
    isOpen: true,
    replies: { 200: { description: 'HTML', content: { 'text/html': z.string() } } },
  },
  (_request, { page }: Held) => html(200, page.source, page.policy),
)
