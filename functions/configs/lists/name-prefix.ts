import type { ISql, PendingQuery, Row } from 'postgres'

/** Narrows a query to names that begin so: a range, which an index serves. Letters, digits, dots, hyphens and underlines all come before a tilde. */
export function beginningWith(sql: ISql, prefix: string): PendingQuery<Row[]> {
  return prefix === '' ? sql`` : sql`and name >= ${prefix} and name < ${`${prefix}~`}`
}
