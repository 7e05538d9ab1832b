import { badRequest } from './problem.ts'

/**
 * Reads a query string; a name that is repeated becomes an array.
 * @throws Problem 400 when it is not valid percent-encoding
 */
export function parseQuery(query: string): Record<string, string | string[]> {
  try {
    decodeURIComponent(query)
  } catch {
    throw badRequest('The query has a percent-encoding that is not UTF-8.')
  }
  const values = new Map<string, string | string[]>()
  for (const [name, value] of new URLSearchParams(query)) {
    const earlier = values.get(name)
    values.set(name, earlier === undefined ? value : [earlier, value].flat())
  }
  return Object.fromEntries(values)
}
