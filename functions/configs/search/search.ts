import type { PendingQuery, Row, Sql } from 'postgres'

import type { Database } from '../../_runtime/postgres/postgres.ts'
import type { Comparison, Condition } from './condition.ts'
import { beginningWith } from '../lists/name-prefix.ts'
import { pageBytes, type Page, type StoredConfig } from '../store/store.ts'

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
      (sql) => sql<(StoredConfig & { readonly hasNext: boolean })[]>`
        with recursive found as materialized (
          select array_agg(name order by name) as names from (
            ${namesOf(sql, query)} order by name limit ${limit + 1}
          ) as name
        ), page as (
          (
            select name, name_key, metadata, version, octet_length(metadata::text)::bigint as bytes, 1 as position,
              true as fits
            from configs.configs where name = (select names[1] from found)
          )
          union all
          select next.name, next.name_key, next.metadata, next.version, page.bytes + octet_length(next.metadata::text),
            page.position + 1, page.position < ${limit} and page.bytes + octet_length(next.metadata::text) <= ${pageBytes}
          from page cross join found join configs.configs as next on next.name = found.names[page.position + 1]
          where page.fits
        )
        select name, name_key as "nameKey", metadata::text as metadata, version,
          exists (select from page where not fits) as "hasNext"
        from page where fits order by position`,
    )
    return { configs: rows, hasNext: rows.at(-1)?.hasNext ?? false }
  }
}

/** The names of the configs that fulfil a query. */
function namesOf(sql: Sql, { conditions, prefix, after }: Omit<Query, 'limit'>): PendingQuery<Row[]> {
  const wanted = conditions.filter(({ isWanted }) => isWanted)
  // A path that is compared at is had by many; what equals is rarer.
  const begin = wanted.find(({ comparison }) => !comparison) ?? wanted[0]
  const candidates = begin
    ? sql`select name from configs.terms as candidate where term = hashtextextended(${begin.term}, 0)`
    : sql`select name from configs.configs as candidate where true`
  const compared = conditions.flatMap(({ comparison }) => (comparison ? [comparison] : []))
  return [
    ...conditions.filter((condition) => condition !== begin).map((condition) => hasTerm(sql, condition)),
    ...compared.map((comparison) => hasValue(sql, comparison)),
  ].reduce(
    (before, condition) => sql`${before} and ${condition}`,
    sql`${candidates} and name > ${after} ${beginningWith(sql, prefix)}`,
  )
}

function hasTerm(sql: Sql, { term, isWanted }: Condition): PendingQuery<Row[]> {
  return sql`
    ${isWanted ? sql`` : sql`not`} exists (
      select from configs.terms as other
      where other.term = hashtextextended(${term}, 0) and other.name = candidate.name
    )`
}

/** Two numbers are compared as such, whatever their type in JSON; all else by its bytes. */
function hasValue(sql: Sql, { path, operator, operand }: Comparison): PendingQuery<Row[]> {
  // As JSON: the driver does not know the types of arrays.
  const keys = sql`array(select json_array_elements_text(${JSON.stringify(path)}::text::json))`
  const values = sql`configs.configs as config cross join lateral configs.texts_at(config.metadata, ${keys}) as text`
  if (operator === 'prefix') {
    return sql`
      exists (select from ${values} where config.name = candidate.name and starts_with(text, ${operand}))`
  }
  const symbol = symbols[operator](sql)
  return sql`
    exists (
      select from ${values} where config.name = candidate.name and coalesce(
        configs.number_of(text) ${symbol} configs.number_of(${operand}),
        text collate "C" ${symbol} ${operand}
      )
    )`
}

const symbols = {
  gt: (sql: Sql) => sql`>`,
  gte: (sql: Sql) => sql`>=`,
  lt: (sql: Sql) => sql`<`,
  lte: (sql: Sql) => sql`<=`,
}
