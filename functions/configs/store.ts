import type { Database } from '../_runtime/postgres.ts'

/** A stored document. */
export interface Config {
  readonly name: string
  /** The key that the document has for its name. */
  readonly nameKey: 'name' | 'dcname'
  /** JSON text of an object. */
  readonly metadata: string
}

interface Place {
  /** The most configs to answer. */
  readonly limit: number
  /** The name after which the page begins. */
  readonly after: string
}

export interface Page {
  readonly configs: readonly Config[]
  readonly hasNext: boolean
}

/**
 * The most metadata of a page that is more than one config. Some pages of this size fit the memory of a small pod at
 * once; a thousand configs as large as they may be would not even fit a string.
 */
export const pageBytes = 4_000_000

/** Configs in PostgreSQL, one row each. Every method throws Problem 503 when the database does not answer. */
export class ConfigStore {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  /**
   * Lists configs by name. A page ends at its limit, or before the config with which it would be over `pageBytes`.
   * It is walked config by config: the server reads one config more than it sends, not a thousand large ones.
   */
  async list({ limit, after }: Place): Promise<Page> {
    const rows = await this.#database.run(
      (sql) => sql<(Config & { readonly hasNext: boolean })[]>`
        with recursive page as (
          (
            select name, name_key, metadata, octet_length(metadata::text)::bigint as bytes, 1 as position, true as fits
            from configs.configs where name > ${after} order by name limit 1
          )
          union all
          select next.name, next.name_key, next.metadata, page.bytes + next.bytes, page.position + 1,
            page.position < ${limit} and page.bytes + next.bytes <= ${pageBytes}
          from page cross join lateral (
            select name, name_key, metadata, octet_length(metadata::text) as bytes
            from configs.configs where name > page.name order by name limit 1
          ) as next
          where page.fits
        )
        select name, name_key as "nameKey", metadata::text as metadata,
          exists (select from page where not fits) as "hasNext"
        from page where fits order by position`,
    )
    return { configs: rows, hasNext: rows.at(-1)?.hasNext ?? false }
  }

  async find(name: string): Promise<Config | undefined> {
    const [config] = await this.#database.run(
      (sql) => sql<Config[]>`
        select name, name_key as "nameKey", metadata::text as metadata from configs.configs where name = ${name}`,
    )
    return config
  }

  /** @returns false when the name is taken */
  async create({ name, nameKey, metadata }: Config): Promise<boolean> {
    const { count } = await this.#database.run(
      (sql) => sql`
        insert into configs.configs (name, name_key, metadata)
        values (${name}, ${nameKey}, ${metadata}::text::json)
        on conflict (name) do nothing`,
    )
    return count === 1
  }

  /** @returns false when there is nothing to replace */
  async replace({ name, nameKey, metadata }: Config): Promise<boolean> {
    const { count } = await this.#database.run(
      (sql) => sql`
        update configs.configs set name_key = ${nameKey}, metadata = ${metadata}::text::json, updated_at = now()
        where name = ${name}`,
    )
    return count === 1
  }

  /**
   * Changes a config to what a function of it says; changes of one config wait for each other, so none is lost.
   * @returns the changed config, or undefined when there is none
   */
  async change(name: string, changed: (config: Config) => Config): Promise<Config | undefined> {
    return this.#database.run((sql) =>
      sql.begin(async (transaction) => {
        const [before] = await transaction<Config[]>`
          select name, name_key as "nameKey", metadata::text as metadata
          from configs.configs where name = ${name} for update`
        if (!before) return undefined
        const after = changed(before)
        await transaction`
          update configs.configs
          set name_key = ${after.nameKey}, metadata = ${after.metadata}::text::json, updated_at = now()
          where name = ${name}`
        return after
      }),
    )
  }

  /** @returns false when there is nothing to remove */
  async remove(name: string): Promise<boolean> {
    const { count } = await this.#database.run((sql) => sql`delete from configs.configs where name = ${name}`)
    return count === 1
  }
}
