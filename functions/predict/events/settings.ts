import * as z from 'zod/mini'

/** How events are answered. */
export const EventsSettings = z.strictObject({
  /** The source that answers name: a URI reference. Another one for each model that answers the same events. */
  source: z._default(
    z.string().check(z.regex(/^[!#$&-;=?-Z[\]_a-z~%]+$/, 'Expected a URI reference, such as /predict')),
    '/predict',
  ),
})
