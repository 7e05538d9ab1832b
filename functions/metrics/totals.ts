import type { Database } from '../_runtime/postgres/postgres.ts'

/** A number of a series, summed over all processes that there ever were. */
export interface Total {
  readonly metric: string
  readonly type: 'counter' | 'gauge' | 'histogram'
  readonly help: string
  /** As JSON. */
  readonly labels: string
  /** Empty for a counter or a gauge; `sum`, or the upper bound of a bucket that has its own values alone. */
  readonly part: string
  /** Whole, and perhaps more than a number holds. */
  readonly value: string
}

/** The last value of a bucket that had a trace. */
export interface TotalExemplar {
  readonly metric: string
  readonly labels: string
  readonly part: string
  readonly traceId: string
  readonly value: number
  /** In milliseconds since 1970. */
  readonly at: number
}

interface Periods {
  /** Time without a push after which a process is taken for dead by gauges. */
  readonly aliveSeconds: number
  /** Time without a push after which a process is taken for ended, unless it pushes again. */
  readonly foldSeconds: number
  /** Time for which it is known of an ended process that it was counted. */
  readonly tombstoneHours: number
}

const most = 1000

/** What all processes have counted together, those that have ended included. */
export class Totals {
  readonly #database: Database
  readonly #periods: Periods

  constructor(database: Database, periods: Periods) {
    this.#database = database
    this.#periods = periods
  }

  /** In one statement, so that no process is seen both in its row and in the totals, or in neither. */
  async read(): Promise<Total[]> {
    return this.#database.run(
      (sql) => sql<Total[]>`
        with values as (
          select unnest(series) as series, unnest(counts) as value from metrics.processes where not is_folded
          union all
          select unnest(base_series), -unnest(base_counts) from metrics.processes
          where not is_folded and base_series <> '{}'
          union all
          select unnest(gauge_series), unnest(gauges) from metrics.processes
          where not is_folded and not has_ended
            and seen_at > now() - make_interval(secs => ${this.#periods.aliveSeconds})
          union all
          select series, value from metrics.totals
        ), sums as (
          select series, sum(value) as value from values group by series
        )
        select metric, type, help, labels, part, coalesce(sums.value, 0)::text as value
        from metrics.series join metrics.metrics on metrics.name = series.metric left join sums on sums.series = series.id
        order by metric, labels`,
    )
  }

  async exemplars(): Promise<TotalExemplar[]> {
    return this.#database.run(
      (sql) => sql<TotalExemplar[]>`
        with latest as (
          select distinct on (series) exemplar.*
          from metrics.processes, jsonb_to_recordset(exemplars)
            as exemplar(series bigint, "traceId" text, value float, at float)
          where not is_folded and exemplars is not null
          order by series, at desc
        )
        select metric, labels, part, "traceId", value, at from latest join metrics.series on series.id = latest.series`,
    )
  }

  /**
   * Adds what ended processes have counted to the totals, and forgets those that ended long ago. Several may do it at once:
   * each takes rows that no other has.
   */
  async fold(): Promise<void> {
    while ((await this.#foldSome()) === most);
    while ((await this.#forgetSome()) === most);
  }

  async #foldSome(): Promise<number> {
    const { count } = await this.#database.run(
      (sql) => sql`
        with ended as (
          select id, has_ended, series, counts, base_series, base_counts from metrics.processes
          where not is_folded
            and (has_ended or seen_at < now() - make_interval(secs => ${this.#periods.foldSeconds}))
          limit ${most} for update skip locked
        ), values as (
          select unnest(series) as series, unnest(counts) as value from ended
          union all
          select unnest(base_series), -unnest(base_counts) from ended
        ), added as (
          insert into metrics.totals (series, value)
          select series, sum(value) from values group by series order by series
          on conflict (series) do update set value = totals.value + excluded.value
        )
        update metrics.processes set
          is_folded = true, series = '{}', counts = '{}', gauge_series = '{}', gauges = '{}', exemplars = null,
          -- One that has ended does not come back; another might, and goes on from here.
          base_series = case when ended.has_ended then '{}' else ended.series end,
          base_counts = case when ended.has_ended then '{}' else ended.counts end
        from ended where processes.id = ended.id`,
    )
    return count
  }

  async #forgetSome(): Promise<number> {
    const { count } = await this.#database.run(
      (sql) => sql`
        delete from metrics.processes using (
          select id from metrics.processes
          where is_folded and seen_at < now() - make_interval(hours => ${this.#periods.tombstoneHours})
          limit ${most} for update skip locked
        ) as old
        where processes.id = old.id`,
    )
    return count
  }
}
