import type { Database } from '../_runtime/postgres.ts'

/** A stored document. */
export interface Config {
  readonly name: string
  /** The key that the document has for its name. */
  readonly nameKey: 'name' | 'dcname'
  /** JSON text of an object. */
  readonly metadata: string
}

interface Page {
  /** The most configs to answer. */
  readonly limit: number
  /** The name after which the page begins. */
  readonly after: string
}

/** Configs in PostgreSQL, one row each. Every method throws Problem 503 when the database does not answer. */
export class ConfigStore {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  /** Lists configs by name. */
  list({ limit, after }: Page): Promise<Config[]> {
    return this.#database.run(
      (sql) => sql<Config[]>`
        select name, name_key as "nameKey", metadata::text as metadata
        from configs.configs where name > ${after} order by name limit ${limit}`,
    )
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
