import * as z from 'zod/mini'

const mostRequestsPerSecond = 100

/** A request of the generator; its body is text. */
const LoadRequest = z.strictObject({
  method: z._default(z.enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']), 'GET'),
  path: z.string().check(z.startsWith('/')),
  contentType: z._default(z.string(), 'application/json'),
  body: z.optional(z.string()),
})

export const LoadOptions = z.strictObject({
  /** Requests a second to each of the two revisions; 0 for no generator. */
  rate: z._default(z.number().check(z.gte(0), z.lte(mostRequestsPerSecond)), 0),
  /** What is sent, in turns, instead of what suits the function. */
  requests: z._default(z.array(LoadRequest), []),
  /** The image of the generator, which must have Node as its entrypoint; that of the stable revision otherwise. */
  image: z.optional(z.string().check(z.minLength(1))),
})

export type LoadOptions = z.output<typeof LoadOptions>
