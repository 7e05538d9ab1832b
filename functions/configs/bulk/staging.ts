import type { ISql } from 'postgres'

import type { Flaw } from '../../_runtime/reply/problem.ts'
import { beginningWith } from '../lists/name-prefix.ts'
import { mostFlaws, type FileConfig } from './config-file.ts'

/** What an import does, or would do. */
export interface ImportCounts {
  readonly created: number
  readonly replaced: number
  readonly unchanged: number
  readonly removed: number
}

const batchRows = 500

/** The configs of a file in a table that only its transaction sees, and that goes with it. */
export class Staging {
  readonly #sql: ISql

  constructor(sql: ISql) {
    this.#sql = sql
  }

  async create(): Promise<void> {
    await this.#sql`
      create temporary table staged (
        line integer not null, name text collate "C" not null, name_key text not null, metadata text not null
      ) on commit drop`
  }

  async add(configs: readonly FileConfig[]): Promise<void> {
    const column = (value: (config: FileConfig) => string): string => arrayOf(configs.map(value))
    await this.#sql`
      insert into staged (line, name, name_key, metadata)
      select line, name, name_key, metadata from unnest(
        ${column(({ line }) => String(line))}::text::integer[], ${column(({ name }) => name)}::text::text[],
        ${column(({ nameKey }) => nameKey)}::text::text[], ${column(({ metadata }) => metadata)}::text::text[]
      ) as config (line, name, name_key, metadata)`
  }

  /** Makes it quick to look at by name, when all of it is there. */
  async index(): Promise<void> {
    await this.#sql`create index on staged (name)`
    await this.#sql`analyze staged`
  }

  /** Names that stand in the file before. */
  async repeated(): Promise<Flaw[]> {
    const rows = await this.#sql<{ line: number; name: string; nameKey: string; first: number }[]>`
      select line, name, name_key as "nameKey", first from (
        select *, min(line) over (partition by name) as first from staged
      ) as named
      where line > first order by line limit ${mostFlaws}`
    return rows.map(({ line, name, nameKey, first }) => {
      return { at: `/${nameKey}`, line, detail: `"${name}" is in line ${first} already` }
    })
  }

  /** Names that do not begin so. */
  async outside(prefix: string): Promise<Flaw[]> {
    const rows = await this.#sql<{ line: number; nameKey: string }[]>`
      select line, name_key as "nameKey" from staged where not starts_with(name, ${prefix})
      order by line limit ${mostFlaws}`
    return rows.map(({ line, nameKey }) => ({ at: `/${nameKey}`, line, detail: `Expected a name with "${prefix}"` }))
  }

  /** Names that are stored already. */
  async taken(): Promise<Flaw[]> {
    const rows = await this.#sql<{ line: number; name: string; nameKey: string }[]>`
      select line, name, staged.name_key as "nameKey" from staged join configs.configs using (name)
      order by line limit ${mostFlaws}`
    return rows.map(({ line, name, nameKey }) => ({ at: `/${nameKey}`, line, detail: `"${name}" is stored already` }))
  }

  /** What storing it would do. */
  async compared(): Promise<Omit<ImportCounts, 'removed'>> {
    const [counts] = await this.#sql<Omit<ImportCounts, 'removed'>[]>`
      select count(*) filter (where config.name is null)::integer as created,
        count(*) filter (where not is_same)::integer as replaced, count(*) filter (where is_same)::integer as unchanged
      from staged left join configs.configs as config using (name) cross join lateral (
        select config.name_key = staged.name_key and config.metadata::text = staged.metadata as is_same
      ) as comparison`
    return counts ?? { created: 0, replaced: 0, unchanged: 0 }
  }

  /** How many configs begin so and are not in it. */
  async missing(prefix: string): Promise<number> {
    const [row] = await this.#sql<{ count: number }[]>`
      select count(*)::integer as count from configs.configs
      where not exists (select from staged where staged.name = configs.name) ${beginningWith(this.#sql, prefix)}`
    return row?.count ?? 0
  }

  /**
   * Stores the next configs, by name. What is as it shall be is left alone: it gets no version, and is not locked.
   * @param after the last name before; the empty text at the beginning
   * @param mayReplace whether a config may be stored under its name already
   * @returns undefined when all were stored
   */
  async store(after: string, mayReplace: boolean): Promise<StoredBatch | undefined> {
    const sql = this.#sql
    const otherwise = mayReplace
      ? sql`
        do update set name_key = excluded.name_key, metadata = excluded.metadata
        where config.name_key <> excluded.name_key or config.metadata::text <> excluded.metadata::text`
      : sql`do nothing`
    const [batch] = await sql<{ last: string | null; names: number; created: number; replaced: number }[]>`
      with batch as materialized (
        select name, name_key, metadata from staged where name > ${after} order by name limit ${batchRows}
      ), stored as (
        insert into configs.configs as config (name, name_key, metadata)
        select name, name_key, metadata::json from batch where not exists (
          select from configs.configs as same where same.name = batch.name
            and same.name_key = batch.name_key and same.metadata::text = batch.metadata
        ) order by name
        on conflict (name) ${otherwise}
        -- A row that was inserted just now is the only one that no transaction has locked or deleted.
        returning xmax = 0 as is_new
      )
      select (select max(name) from batch) as last, (select count(*) from batch)::integer as names,
        count(*) filter (where is_new)::integer as created, count(*) filter (where not is_new)::integer as replaced
      from stored`
    if (!batch || batch.last === null) return undefined
    return { ...batch, last: batch.last }
  }

  /**
   * Whether a config of a batch has a version that is older than its removal. A version is drawn before it is known that
   * the removal of the same name, in another transaction, has to be waited for, and may have drawn a later one.
   */
  async isOvertaken(after: string, last: string): Promise<boolean> {
    const rows = await this.#sql`
      select from staged join configs.configs as config using (name) join configs.versions as version using (name)
      where name > ${after} and name <= ${last} and version.version > config.version limit 1`
    return rows.length > 0
  }

  /** Removes the next configs that begin so and are not in it. @returns how many; none when there are no more */
  async remove(prefix: string): Promise<number> {
    const { count } = await this.#sql`
      with gone as materialized (
        select name from configs.configs
        where not exists (select from staged where staged.name = configs.name) ${beginningWith(this.#sql, prefix)}
        order by name limit ${batchRows}
      )
      delete from configs.configs using gone where configs.name = gone.name`
    return count
  }
}

interface StoredBatch {
  readonly last: string
  readonly names: number
  readonly created: number
  readonly replaced: number
}

/** Texts as PostgreSQL reads an array. */
function arrayOf(texts: readonly string[]): string {
  return `{${texts.map((text) => `"${text.replaceAll(/["\\]/g, String.raw`\$&`)}"`).join(',')}}`
}
