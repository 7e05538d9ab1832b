import type { Database } from '../../_runtime/postgres/postgres.ts'
import type { Tracer } from '../../_runtime/tracing/tracer.ts'
import { Batches } from './batches.ts'
import type { StoredConfig } from './store.ts'
import { textArray } from './text-array.ts'

interface Read {
  readonly name: string
  readonly resolve: (config: StoredConfig | undefined) => void
  readonly reject: (reason: unknown) => void
}

/** Reads of single configs: those that wait together are one query, which begins after each of them was asked for. */
export class ConfigReads {
  readonly #database: Database
  readonly #batches: Batches<Read>

  constructor(database: Database, tracer?: Tracer) {
    this.#database = database
    this.#batches = new Batches(
      { atOnce: 2, size: 64 },
      () => true,
      (reads) => this.#read(reads),
      tracer,
    )
  }

  find(name: string): Promise<StoredConfig | undefined> {
    return new Promise((resolve, reject) => this.#batches.add({ name, resolve, reject }))
  }

  async #read(reads: readonly Read[]): Promise<void> {
    const names = textArray(reads.map(({ name }) => name))
    try {
      const configs = await this.#database.run(
        (sql) => sql<StoredConfig[]>`
          select name, name_key as "nameKey", metadata::text as metadata, version from configs.configs
          where name = any(${names}::text::text[])`,
      )
      const byName = new Map(configs.map((config) => [config.name, config]))
      for (const { name, resolve } of reads) resolve(byName.get(name))
    } catch (error) {
      for (const { reject } of reads) reject(error)
    }
  }
}
