import { badRequest } from '../reply/problem.ts'

const noQuery = Object.freeze({})

/**
 * Reads a query string; a name that is repeated becomes an array.
 * @throws Problem 400 when it is not valid percent-encoding
 */
export function parseQuery(query: string): Readonly<Record<string, string | string[]>> {
  if (query === '') return noQuery
  try {
    decodeURIComponent(query)
  } catch {
    throw badRequest('The query has a percent-encoding that is not UTF-8.')
  }
  const values = new Map<string, string | string[]>()
  for (const [name, value] of new URLSearchParams(query)) {
    const earlier = values.get(name)
    if (Array.isArray(earlier)) earlier.push(value)
    else values.set(name, earlier === undefined ? value : [earlier, value])
  }
  return Object.fromEntries(values)
}
