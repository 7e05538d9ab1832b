import { Problem } from '../../_runtime/reply/problem.ts'
import type { Tracer } from '../../_runtime/tracing/tracer.ts'
import { Batches } from './batches.ts'
import type { Precondition } from '../conditions/precondition.ts'
import type { Actor, Config } from './store.ts'
import { saying } from './saying.ts'
import { textArray } from './text-array.ts'
import { currentTrace, tracesOf } from './traces.ts'
import { versionArray } from './version-array.ts'
import type { WriteLanes } from './write-lanes.ts'

/** A config that is stored under a name that nobody has, or instead of what has its name. */
interface Change {
  readonly config: Config
  readonly actor: Actor
  readonly isNew: boolean
  /** Of what is replaced. */
  readonly condition: Precondition
  /**
   * Makes it in a statement of its own.
   * @param askedAt of performance.now(): since when it is waited for
   */
  readonly alone: (askedAt: number) => Promise<string | undefined>
}

interface Write extends Change {
  readonly askedAt: number
  /** In which it is made, as it is stored. */
  readonly trace: string | undefined
  readonly resolve: (version: string | undefined | Promise<string | undefined>) => void
  readonly reject: (reason: unknown) => void
}

interface Outcome {
  /** Null when nothing was written. */
  readonly version: string | null
  /** Whether somebody else is writing it. */
  readonly isBusy: boolean
}

/** UTF-16 units of metadata: what is larger takes so long by itself that others would wait for it. */
const largest = 16_384

/**
 * Writes of single configs: those that wait together are one statement, in which each is decided as it would be alone.
 * It waits for nobody: what somebody else is writing is left to a statement of its own, and so is every write of a batch
 * that fails for one of them.
 */
export class ConfigWrites {
  readonly #lanes: WriteLanes
  readonly #tracer: Tracer | undefined
  readonly #batches: Batches<Write>

  constructor(lanes: WriteLanes, tracer?: Tracer) {
    this.#lanes = lanes
    this.#tracer = tracer
    this.#batches = new Batches({ atOnce: 2, size: 64 }, fits, (writes) => this.#write(writes), tracer)
  }

  /** @returns the version, or undefined when the name is taken, nothing has it, or the condition is not met */
  write(change: Change): Promise<string | undefined> {
    const askedAt = performance.now()
    if (change.config.metadata.length > largest) return change.alone(askedAt)
    const alone = this.#tracer ? this.#tracer.bound(change.alone) : change.alone
    const trace = currentTrace(this.#tracer)
    return new Promise((resolve, reject) => this.#batches.add({ ...change, alone, trace, askedAt, resolve, reject }))
  }

  async #write(writes: readonly Write[]): Promise<void> {
    const [first] = writes
    if (writes.length === 1 && first) {
      const version = first.alone(first.askedAt)
      first.resolve(version)
      await version.catch(() => {})
      return
    }
    let left = writes
    try {
      const outcomes = await this.#together(writes, first?.actor)
      left = writes.filter((write, index) => {
        const outcome = outcomes[index]
        if (!outcome || outcome.isBusy) return true
        write.resolve(outcome.version ?? undefined)
        return false
      })
    } catch (error) {
      if (error instanceof Problem) {
        // The database is away or slow, and what became of the statement may not be known: as of one that is alone.
        for (const { reject } of writes) reject(error)
        return
      }
    }
    for (const { resolve, alone, askedAt } of left) resolve(alone(askedAt))
  }

  /** @returns the outcomes, in the order of the writes */
  #together(writes: readonly Write[], actor: Actor): Promise<Outcome[]> {
    const names = textArray(writes.map(({ config }) => config.name))
    const nameKeys = textArray(writes.map(({ config }) => config.nameKey))
    const documents = textArray(writes.map(({ config }) => config.metadata))
    const areNew = textArray(writes.map(({ isNew }) => String(isNew)))
    const matches = textArray(writes.map(({ condition }) => versionArray(condition.match)))
    const traces = tracesOf(writes.map(({ config, trace }) => [config.name, trace]))
    const noneMatches = textArray(writes.map(({ condition }) => versionArray(condition.noneMatch)))
    return this.#lanes.quickly(
      (sql, lockTimeout) => sql<Outcome[]>`
        with write as materialized (
          select * from unnest(
            ${names}::text::text[], ${nameKeys}::text::text[], ${documents}::text::text[], ${areNew}::text::boolean[],
            ${matches}::text::text[], ${noneMatches}::text::text[]
          ) with ordinality as write(name, name_key, metadata, is_new, match, none_match, position)
        ), saying as materialized (
          -- Who imports or uses psql takes no turn: a name of theirs is seen when the insert waits for it.
          select ${saying(sql, { actor, traces }, lockTimeout)}
        ), turn as materialized (
          select name, pg_try_advisory_xact_lock(hashtextextended(name, 0)) as is_taken from write where is_new
        ), created as (
          insert into configs.configs (name, name_key, metadata)
          select name, name_key, metadata::json from write join turn using (name), saying where is_taken
          on conflict (name) do nothing
          returning name, version
        ), locked as materialized (
          select name from configs.configs
          where name = any(array(select name from write where not is_new)) for update skip locked
        ), replaced as (
          update configs.configs as config set name_key = write.name_key, metadata = write.metadata::json
          from write, saying
          -- Found by their names, however few configs there were when this was planned.
          where config.name = any(array(select name from locked)) and config.name = write.name
            and coalesce(config.version = any(match::bigint[]), true)
            and not coalesce(config.version = any(none_match::bigint[]), false)
          returning config.name, config.version
        )
        select coalesce(created.version, replaced.version) as version,
          case when is_new then not turn.is_taken
            else locked.name is null and coalesce((select true from configs.configs where name = write.name), false)
          end as "isBusy"
        from write left join turn using (name) left join created using (name) left join locked using (name)
          left join replaced using (name)
        order by position`,
      performance.now(),
    )
  }
}

/** The actor is that of a transaction, and a name is written once in a statement. */
function fits({ actor, config }: Write, batch: readonly Write[]): boolean {
  return batch.every((other) => other.actor === actor && other.config.name !== config.name)
}
