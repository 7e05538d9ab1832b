import type { PendingQuery, Row, Sql } from 'postgres'

import type { Database } from '../_runtime/postgres.ts'
import type { Condition } from './condition.ts'
import { beginningWith } from './name-prefix.ts'
import { pageBytes, type Config, type Page } from './store.ts'

interface Query {
  readonly conditions: readonly Condition[]
  /** How names begin; the empty text where any will do. */
  readonly prefix: string
  readonly limit: number
  readonly after: string
}

/** Finds configs by what is in them, by name. */
export class ConfigSearch {
  readonly #database: Pick<Database, 'run'>

  constructor(database: Pick<Database, 'run'>) {
    this.#database = database
  }

  /**
   * Answers a page, which ends as one of the list does. Names come from the primary key of `configs.terms`, which has
   * those of each term in order: of one condition no more than a page is read, of several what the rarest matches.
   */
  async find({ limit, ...query }: Query): Promise<Page> {
    const rows = await this.#database.run(
      (sql) => sql<(Config & { readonly hasNext: boolean })[]>`
        with recursive found as materialized (
          select array_agg(name order by name) as names from (
            ${namesOf(sql, query)} order by name limit ${limit + 1}
          ) as name
        ), page as (
          (
            select name, name_key, metadata, octet_length(metadata::text)::bigint as bytes, 1 as position, true as fits
            from configs.configs where name = (select names[1] from found)
          )
          union all
          select next.name, next.name_key, next.metadata, page.bytes + octet_length(next.metadata::text),
            page.position + 1, page.position < ${limit} and page.bytes + octet_length(next.metadata::text) <= ${pageBytes}
          from page cross join found join configs.configs as next on next.name = found.names[page.position + 1]
          where page.fits
        )
        select name, name_key as "nameKey", metadata::text as metadata,
          exists (select from page where not fits) as "hasNext"
        from page where fits order by position`,
    )
    return { configs: rows, hasNext: rows.at(-1)?.hasNext ?? false }
  }
}

/** The names of the configs that fulfil a query. */
function namesOf(sql: Sql, { conditions, prefix, after }: Omit<Query, 'limit'>): PendingQuery<Row[]> {
  const begin = conditions.find(({ isWanted }) => isWanted)
  const candidates = begin
    ? sql`select name from configs.terms as candidate where term = hashtextextended(${begin.term}, 0)`
    : sql`select name from configs.configs as candidate where true`
  return conditions
    .filter((condition) => condition !== begin)
    .reduce(
      (before, { term, isWanted }) => sql`
        ${before} and ${isWanted ? sql`` : sql`not`} exists (
          select from configs.terms as other
          where other.term = hashtextextended(${term}, 0) and other.name = candidate.name
        )`,
      sql`${candidates} and name > ${after} ${beginningWith(sql, prefix)}`,
    )
}
