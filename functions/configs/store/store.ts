import type { Database } from '../../_runtime/postgres/postgres.ts'
import { serviceUnavailable } from '../../_runtime/reply/problem.ts'
import type { Tracer } from '../../_runtime/tracing/tracer.ts'
import { ConfigReads } from './config-reads.ts'
import { ConfigWrites } from './config-writes.ts'
import { beginningWith } from '../lists/name-prefix.ts'
import { isMet, type Precondition } from '../conditions/precondition.ts'
import { saying, type Said } from './saying.ts'
import { currentTrace, tracesOf } from './traces.ts'
import { Turns } from './turns.ts'
import { versionArray } from './version-array.ts'
import { WriteLanes } from './write-lanes.ts'

/** Who makes a change; undefined where nobody has to say who they are. */
export type Actor = string | undefined

/** A stored document. */
export interface Config {
  readonly name: string
  /** The key that the document has for its name. */
  readonly nameKey: 'name' | 'dcname'
  /** JSON text of an object. */
  readonly metadata: string
}

export interface StoredConfig extends Config {
  /** Digits: larger than that of any change of this config before. */
  readonly version: string
}

/** What a write made. */
export interface Written {
  readonly version: string
  /** Whether there was no config of this name. */
  readonly isNew: boolean
}

/** What became of a create with an Idempotency-Key; a version: it was created, now or by a request before. */
export type CreatedOnce =
  | { readonly version: string }
  | { readonly refused: 'name taken' | 'being answered' | 'key of another request' }

/** Where a page is. */
export interface Place {
  /** The most configs to answer. */
  readonly limit: number
  /** The name after which the page begins. */
  readonly after: string
  /** How names begin; the empty text where any will do. */
  readonly prefix: string
}

export interface Page {
  readonly configs: readonly StoredConfig[]
  readonly hasNext: boolean
}

/**
 * The most metadata of a page that is more than one config. Some pages of this size fit the memory of a small pod at
 * once; a thousand configs as large as they may be would not even fit a string.
 */
export const pageBytes = 4_000_000

interface StoreOptions {
  /** Sessions of the database. */
  readonly poolSize: number
  /** Time for a change that others keep getting ahead of. */
  readonly patienceMs: number
  /** Is told of every change that was made. */
  readonly onWrite: () => void
  readonly tracer?: Tracer | undefined
}

/** Configs in PostgreSQL, one row each. Every method throws Problem 503 when the database does not answer. */
export class ConfigStore {
  readonly #database: Database
  readonly #patienceMs: number
  readonly #onWrite: () => void
  readonly #tracer: Tracer | undefined
  readonly #turns = new Turns()
  readonly #reads: ConfigReads
  readonly #lanes: WriteLanes
  readonly #writes: ConfigWrites

  constructor(database: Database, { poolSize, patienceMs, onWrite, tracer }: StoreOptions) {
    this.#database = database
    this.#patienceMs = patienceMs
    this.#onWrite = onWrite
    this.#tracer = tracer
    this.#reads = new ConfigReads(database, tracer)
    this.#lanes = new WriteLanes(database, poolSize)
    this.#writes = new ConfigWrites(this.#lanes, tracer)
  }

  /**
   * Lists configs by name. A page ends at its limit, or before the config with which it would be over `pageBytes`.
   * It is walked config by config: the server reads one config more than it sends, not a thousand large ones.
   */
  async list({ limit, after, prefix }: Place): Promise<Page> {
    const rows = await this.#database.run(
      (sql) => sql<(StoredConfig & { readonly hasNext: boolean })[]>`
        with recursive page as (
          (
            select name, name_key, metadata, version, octet_length(metadata::text)::bigint as bytes, 1 as position,
              true as fits
            from configs.configs where name > ${after} ${beginningWith(sql, prefix)} order by name limit 1
          )
          union all
          select next.name, next.name_key, next.metadata, next.version, page.bytes + next.bytes, page.position + 1,
            page.position < ${limit} and page.bytes + next.bytes <= ${pageBytes}
          from page cross join lateral (
            select name, name_key, metadata, version, octet_length(metadata::text) as bytes
            from configs.configs where name > page.name ${beginningWith(sql, prefix)} order by name limit 1
          ) as next
          where page.fits
        )
        select name, name_key as "nameKey", metadata::text as metadata, version,
          exists (select from page where not fits) as "hasNext"
        from page where fits order by position`,
    )
    return { configs: rows, hasNext: rows.at(-1)?.hasNext ?? false }
  }

  find(name: string): Promise<StoredConfig | undefined> {
    return this.#reads.find(name)
  }

  /** @returns the version of a config */
  async versionOf(name: string): Promise<string | undefined> {
    const [config] = await this.#database.run(
      (sql) => sql<{ version: string }[]>`select version from configs.configs where name = ${name}`,
    )
    return config?.version
  }

  /**
   * Stores a config whose name nobody has. Those who create and remove one name wait for each other, and the version is
   * drawn when they have: what is created after a removal has a later version than the removal.
   * @returns its version, or undefined when the name is taken
   */
  async create(config: Config, actor: Actor): Promise<string | undefined> {
    const alone = (askedAt: number): Promise<string | undefined> => this.#createAlone(config, actor, askedAt)
    const version = await this.#writes.write({ config, actor, isNew: true, condition: {}, alone })
    if (version !== undefined) this.#onWrite()
    return version
  }

  /**
   * Stores a config whose name nobody has, unless a request with the same key has: then it is told what that one was.
   * The key is kept by the statement that stores the config, so there never is one of them without the other; what was
   * refused keeps none, and is tried anew by whoever tries again.
   */
  async createOnce(config: Config, key: string, actor: Actor): Promise<CreatedOnce> {
    try {
      const result = await this.#createWithKey(config, key, actor)
      if (!('refused' in result) || result.refused !== 'name taken') return result
    } catch (error) {
      if (!isDuplicate(error)) throw error
    }
    // Another request may have taken the key, and the name with it, since the statement began, which did not see that.
    return this.#createWithKey(config, key, actor)
  }

  /**
   * Stores a config under a precondition, in one statement that compares and writes.
   * @param mayCreate whether it may be new where the precondition does not say so
   * @returns undefined when nothing was written: the precondition is not met, or there is nothing to replace
   */
  async write(config: Config, condition: Precondition, mayCreate: boolean, actor: Actor): Promise<Written | undefined> {
    if (condition.noneMatch === '*') return condition.match === undefined ? this.#writeNew(config, actor) : undefined
    const written = await (mayCreate && condition.match === undefined
      ? this.#upsert(config, condition, actor)
      : this.#replace(config, condition, actor))
    if (written) this.#onWrite()
    return written
  }

  /**
   * Changes a config to what a function of it says, and to nothing else: where another change was made meanwhile, the
   * function is asked again. Changes that this process makes of one config wait for each other instead.
   * @returns the changed config, or undefined when there is none or the precondition is not met
   * @throws Problem 503 when others got ahead all the time
   */
  async change(
    name: string,
    condition: Precondition,
    changed: (config: Config) => Config,
    actor: Actor,
  ): Promise<StoredConfig | undefined> {
    const askedAt = performance.now()
    return this.#turns.take(name, async () => {
      const waitedMs = performance.now() - askedAt
      if (waitedMs > this.#patienceMs) {
        const detail = `This change of "${name}" waited ${Math.round(waitedMs)} ms for those before it, and was not made.`
        throw serviceUnavailable(detail, 1)
      }
      while (performance.now() < askedAt + this.#patienceMs) {
        const before = await this.find(name)
        if (!before || !isMet(condition, before.version)) return undefined
        const after = changed(before)
        const written = await this.write(after, { match: [before.version] }, false, actor)
        if (written) return { ...after, version: written.version }
      }
      throw serviceUnavailable(`"${name}" is changed too often for this change to be made.`, 1)
    })
  }

  /** @returns false when there is nothing to remove, or the precondition is not met */
  async remove(name: string, { match, noneMatch }: Precondition, actor: Actor): Promise<boolean> {
    if (noneMatch === '*') return false
    const said = this.#saidOf(name, actor)
    const { count } = await this.#lanes.patiently(
      (sql, lockTimeout) => sql`
        with turn as materialized (select ${saying(sql, said, lockTimeout)}, pg_advisory_xact_lock(hashtextextended(${name}, 0)))
        delete from configs.configs using turn
        where name = ${name} and coalesce(version = any(${versionArray(match)}::text::bigint[]), true)
          and not coalesce(version = any(${versionArray(noneMatch)}::text::bigint[]), false)`,
    )
    if (count === 1) this.#onWrite()
    return count === 1
  }

  #saidOf(name: string, actor: Actor): Said {
    return { actor, traces: tracesOf([[name, currentTrace(this.#tracer)]]) }
  }

  async #writeNew(config: Config, actor: Actor): Promise<Written | undefined> {
    const version = await this.create(config, actor)
    return version === undefined ? undefined : { version, isNew: true }
  }

  async #createAlone({ name, nameKey, metadata }: Config, actor: Actor, askedAt: number): Promise<string | undefined> {
    const said = this.#saidOf(name, actor)
    const [created] = await this.#lanes.patiently(
      (sql, lockTimeout) => sql<{ version: string }[]>`
        with turn as materialized (select ${saying(sql, said, lockTimeout)}, pg_advisory_xact_lock(hashtextextended(${name}, 0)))
        insert into configs.configs (name, name_key, metadata)
        select ${name}, ${nameKey}, ${metadata}::text::json from turn
        on conflict (name) do nothing
        returning version`,
      askedAt,
    )
    return created?.version
  }

  async #replace(config: Config, condition: Precondition, actor: Actor): Promise<Written | undefined> {
    const alone = (askedAt: number): Promise<string | undefined> =>
      this.#replaceAlone(config, condition, actor, askedAt)
    const version = await this.#writes.write({ config, actor, isNew: false, condition, alone })
    return version === undefined ? undefined : { version, isNew: false }
  }

  async #replaceAlone(
    { name, nameKey, metadata }: Config,
    condition: Precondition,
    actor: Actor,
    askedAt: number,
  ): Promise<string | undefined> {
    const said = this.#saidOf(name, actor)
    const [replaced] = await this.#lanes.patiently(
      (sql, lockTimeout) => sql<{ version: string }[]>`
        with turn as materialized (select ${saying(sql, said, lockTimeout)})
        update configs.configs set name_key = ${nameKey}, metadata = ${metadata}::text::json from turn
        where name = ${name} and coalesce(version = any(${versionArray(condition.match)}::text::bigint[]), true)
          and not coalesce(version = any(${versionArray(condition.noneMatch)}::text::bigint[]), false)
        returning version`,
      askedAt,
    )
    return replaced?.version
  }

  async #upsert(
    { name, nameKey, metadata }: Config,
    { noneMatch }: Precondition,
    actor: Actor,
  ): Promise<Written | undefined> {
    const said = this.#saidOf(name, actor)
    const [written] = await this.#lanes.patiently(
      // A row that was inserted just now is the only one that no transaction has locked or deleted: its xmax is 0.
      (sql, lockTimeout) => sql<Written[]>`
        with turn as materialized (select ${saying(sql, said, lockTimeout)}, pg_advisory_xact_lock(hashtextextended(${name}, 0)))
        insert into configs.configs as config (name, name_key, metadata)
        select ${name}, ${nameKey}, ${metadata}::text::json from turn
        on conflict (name) do update set name_key = excluded.name_key, metadata = excluded.metadata
          where not coalesce(config.version = any(${versionArray(noneMatch)}::text::bigint[]), false)
        returning version, xmax = 0 as "isNew"`,
    )
    return written
  }

  async #createWithKey({ name, nameKey, metadata }: Config, key: string, actor: Actor): Promise<CreatedOnce> {
    const said = this.#saidOf(name, actor)
    const [row] = await this.#lanes.patiently(
      (sql, lockTimeout) => sql<KeyRow[]>`
        with document as materialized (
          select ${name}::text as name, ${nameKey}::text as name_key, ${metadata}::text as metadata
        ), request as materialized (
          select ${key}::text as key, sha256(convert_to(concat_ws(' ', name_key, name, metadata), 'UTF8')) as fingerprint
          from document
        ), known as materialized (
          select earlier.version, earlier.fingerprint = request.fingerprint as is_same
          from request join configs.idempotency_keys as earlier using (key)
        ), attempt as materialized (
          select pg_try_advisory_xact_lock(hashtextextended(key, 1)) as is_first from request
          where not exists (select from known)
        ), turn as materialized (
          select ${saying(sql, said, lockTimeout)}, pg_advisory_xact_lock(hashtextextended(name, 0))
          from document, attempt where is_first
        ), created as (
          insert into configs.configs (name, name_key, metadata)
          select name, name_key, metadata::json from document, turn
          on conflict (name) do nothing
          returning version
        ), kept as (
          insert into configs.idempotency_keys (key, fingerprint, version)
          select key, fingerprint, version from request, created
        )
        select known.version as "knownVersion", known.is_same as "isSame", attempt.is_first as "isFirst",
          created.version as "createdVersion"
        from request left join known on true left join attempt on true left join created on true`,
    )
    if (row?.createdVersion) {
      this.#onWrite()
      return { version: row.createdVersion }
    }
    if (row?.knownVersion) return row.isSame ? { version: row.knownVersion } : { refused: 'key of another request' }
    return { refused: row?.isFirst ? 'name taken' : 'being answered' }
  }
}

interface KeyRow {
  /** Of the request that had the key before. */
  readonly knownVersion: string | null
  /** Whether that one would have stored the same. */
  readonly isSame: boolean | null
  /** Whether no other request with the key is being answered; null when one was. */
  readonly isFirst: boolean | null
  readonly createdVersion: string | null
}

/** unique_violation: https://www.postgresql.org/docs/current/errcodes-appendix.html */
function isDuplicate(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === '23505'
}
