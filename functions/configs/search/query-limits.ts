import * as z from 'zod/mini'

/** Each is a part of a query: more than anybody asks by hand, few enough to be planned in no time. */
export const mostConditions = 16
const mostFields = 50

/** What can be asked for at once. */
export const QueryLimits = z.strictObject({
  /** Conditions of a search. */
  conditions: z._default(z.int().check(z.gte(1), z.lte(mostConditions)), mostConditions),
  /** Fields of the documents of a list or a search. */
  fields: z._default(z.int().check(z.gte(1), z.lte(mostFields)), mostFields),
})
