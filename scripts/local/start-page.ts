import { join } from 'node:path'

import * as z from 'zod/mini'

import { defineFunction, type QuartetFunction } from '../../functions/_runtime/function/function.ts'
import { Page } from '../../functions/_runtime/reply/page.ts'
import { notFound } from '../../functions/_runtime/reply/problem.ts'
import { html, ok } from '../../functions/_runtime/reply/reply.ts'
import { route, type Route } from '../../functions/_runtime/function/route.ts'
import { RuntimeSettings } from '../../functions/_runtime/settings/settings.ts'

interface Held {
  readonly page: Page
}

const Listed = z.object({ name: z.string(), summary: z.string(), example: z.string() })

const welcome = route(
  { summary: 'The start page.', replies: { 200: { description: 'HTML', content: { 'text/html': z.string() } } } },
  (_request, { page }: Held) => html(200, page.source, page.policy),
)

/** Makes the function that answers where no other does. */
export function startPageOf(functions: readonly QuartetFunction[]): QuartetFunction {
  const listed = functions.map(({ definition: { name, summary, example } }) => ({ name, summary, example }))

  const list = route(
    {
      summary: 'Lists the functions that run here.',
      replies: { 200: { description: 'Functions', content: { 'application/json': z.array(Listed) } } },
    },
    () => ok(listed),
  )

  const lead = (summary: string, locationOf: (name: string) => string): Route<Held> => {
    return route(
      {
        summary,
        params: z.strictObject({ name: z.string() }),
        replies: { 307: { description: 'There' }, 404: { description: 'It does not run here' } },
      },
      ({ params: { name } }) => {
        if (!listed.some((each) => each.name === name)) throw notFound(`No function is named "${name}" here.`)
        return { status: 307, headers: { location: locationOf(name) } }
      },
    )
  }

  return defineFunction({
    name: 'start',
    summary: 'Leads to the functions that run here.',
    example: 'curl $URL/functions',
    settings: RuntimeSettings,
    open: (): Held => ({ page: new Page(join(import.meta.dirname, 'start-page', 'assets', 'page.html')) }),
    routes: {
      'GET /': welcome,
      'GET /functions': list,
      // The pages of functions have relative addresses, which are wrong without the slash.
      'GET /functions/:name': lead('Leads to a function.', (name) => `/functions/${name}/`),
      // Asked only for a function that has no page of its own there.
      'GET /functions/:name/': lead('Leads to what a function is about.', (name) => `/functions/${name}/${name}`),
    },
  })
}
