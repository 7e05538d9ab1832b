import type { Database } from '../../_runtime/postgres/postgres.ts'
import type { StoredConfig } from '../store/store.ts'

/** One change of a config. */
export interface Change {
  readonly version: string
  readonly changedAt: Date
  /** Who made it; null where nobody had to say who they are. */
  readonly actor: string | null
  /** Whether the config was removed. */
  readonly isRemoval: boolean
}

interface Place {
  /** The most changes to answer. */
  readonly limit: number
  /** The version before which the page begins; the newest where none is given. */
  readonly before?: string | undefined
}

interface Page {
  readonly changes: readonly Change[]
  readonly hasNext: boolean
}

const afterAll = '9223372036854775807'

/** What configs were, and are: every version until it was replaced for as long as it is kept. */
export class ConfigHistory {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  /** Lists the changes of a config, the newest first. */
  async list(name: string, { limit, before = afterAll }: Place): Promise<Page> {
    const changes = await this.#database.run(
      (sql) => sql<Change[]>`
        select version, updated_at as "changedAt", actor, false as "isRemoval" from configs.configs
        where name = ${name} and version < ${before}::bigint
        union all (
          select version, changed_at, actor, metadata is null from configs.versions
          where name = ${name} and version < ${before}::bigint order by version desc limit ${limit + 1}
        )
        order by version desc limit ${limit + 1}`,
    )
    return { changes: changes.slice(0, limit), hasNext: changes.length > limit }
  }

  /** @returns undefined when there is no such version, or it is a removal */
  async find(name: string, version: string): Promise<StoredConfig | undefined> {
    const [config] = await this.#database.run(
      (sql) => sql<StoredConfig[]>`
        select name, name_key as "nameKey", metadata::text as metadata, version from configs.configs
        where name = ${name} and version = ${version}::bigint
        union all
        select name, name_key, metadata::text, version from configs.versions
        where name = ${name} and version = ${version}::bigint and metadata is not null`,
    )
    return config
  }
}
