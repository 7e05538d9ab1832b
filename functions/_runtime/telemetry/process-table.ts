import type { Sql } from 'postgres'

import type { Outcome, Push } from './push.ts'
import type { Reading } from './reading.ts'
import { seriesId, seriesValues, type SeriesValue } from './series-values.ts'

/** Runs queries that need one connection. */
export type RunQuery = <T>(work: (sql: Sql) => Promise<T>) => Promise<T>

/** More names than any fleet should have: then all are forgotten, which costs a statement that changes nothing. */
const mostNames = 100_000

interface Row {
  readonly isNew: boolean
  readonly isKnown: boolean
}

/**
 * The table that has a row for each process. What a process pushes replaces its row, in one statement that changes
 * nothing unless the push is the latest: pushes may be lost, come twice, or come in any order.
 */
export class ProcessTable {
  readonly #run: RunQuery
  /** Series whose names the database has. */
  readonly #named = new Set<string>()

  constructor(run: RunQuery) {
    this.#run = run
  }

  /** @throws what the database throws */
  async push(push: Push): Promise<Outcome> {
    const counters = push.readings.filter(({ type }) => type !== 'gauge')
    const gauges = push.readings.filter(({ type }) => type === 'gauge')
    const values = { counts: seriesValues(counters), gauges: seriesValues(gauges), base: seriesValues(push.base ?? []) }
    await this.#name(push.readings, [...values.counts, ...values.gauges])
    if (push.base) await this.#name(push.base, values.base)
    return this.#keep(push, arraysOf(values, exemplarsOf(counters)))
  }

  async #keep({ process, sequence, isFirst, isLast }: Push, of: Arrays): Promise<Outcome> {
    const [row] = await this.#run(
      (sql) => sql<Row[]>`
        with pushed as (
          select ${process}::uuid as id, ${sequence}::bigint as sequence, ${isLast}::boolean as has_ended,
            ${of.series}::bigint[] as series, ${of.counts}::bigint[] as counts,
            ${of.baseSeries}::bigint[] as base_series, ${of.baseCounts}::bigint[] as base_counts,
            ${of.gaugeSeries}::bigint[] as gauge_series, ${of.gauges}::bigint[] as gauges,
            ${of.exemplars}::text::jsonb as exemplars
        ), added as (
          insert into metrics.processes
            (id, sequence, has_ended, series, counts, base_series, base_counts, gauge_series, gauges, exemplars)
          select * from pushed where ${isFirst}
          on conflict (id) do update set
            sequence = excluded.sequence, has_ended = excluded.has_ended, is_folded = false, seen_at = now(),
            series = excluded.series, counts = excluded.counts,
            gauge_series = excluded.gauge_series, gauges = excluded.gauges, exemplars = excluded.exemplars
          where processes.sequence < excluded.sequence and not processes.has_ended
          returning 1
        ), replaced as (
          update metrics.processes set
            sequence = pushed.sequence, has_ended = pushed.has_ended, is_folded = false, seen_at = now(),
            series = pushed.series, counts = pushed.counts,
            gauge_series = pushed.gauge_series, gauges = pushed.gauges, exemplars = pushed.exemplars
          from pushed
          where not ${isFirst} and processes.id = pushed.id
            and processes.sequence < pushed.sequence and not processes.has_ended
          returning 1
        )
        select exists (select from added union all select from replaced) as "isNew",
          exists (select from metrics.processes where id = ${process}::uuid) as "isKnown"`,
    )
    return isFirst || row?.isNew || row?.isKnown ? 'kept' : 'forgotten'
  }

  /** Two processes may name the same series at once; in one order, or each could wait for the other. */
  async #name(readings: readonly Reading[], values: readonly SeriesValue[]): Promise<void> {
    const unnamed = values.filter(({ id }) => !this.#named.has(id))
    if (unnamed.length === 0) return
    const metrics = readings.map(({ name, type, help }) => ({ name, type, help }))
    const series = unnamed.map(({ id, metric, labels, part }) => ({ id, metric, labels, part }))
    await this.#run(
      (sql) => sql`
        with named as (
          insert into metrics.metrics (name, type, help)
          select name, type, help
          from jsonb_to_recordset(${JSON.stringify(metrics)}::text::jsonb) as new(name text, type text, help text)
          order by name
          on conflict (name) do nothing
        )
        insert into metrics.series (id, metric, labels, part)
        select id, metric, labels, part
        from jsonb_to_recordset(${JSON.stringify(series)}::text::jsonb)
          as new(id bigint, metric text, labels text, part text)
        order by id
        on conflict (id) do nothing`,
    )
    if (this.#named.size + unnamed.length > mostNames) this.#named.clear()
    for (const { id } of unnamed) this.#named.add(id)
  }
}

interface Values {
  readonly counts: readonly SeriesValue[]
  readonly gauges: readonly SeriesValue[]
  readonly base: readonly SeriesValue[]
}

/** As PostgreSQL reads them. */
type Arrays = ReturnType<typeof arraysOf>

function arraysOf(values: Values, exemplars: string | null) {
  // What has a name and no value is zero.
  const counts = values.counts.filter(({ value }) => value !== 0)
  const base = values.base.filter(({ value }) => value !== 0)
  return {
    series: arrayOf(counts.map(({ id }) => id)),
    counts: arrayOf(counts.map(({ value }) => value)),
    baseSeries: arrayOf(base.map(({ id }) => id)),
    baseCounts: arrayOf(base.map(({ value }) => value)),
    gaugeSeries: arrayOf(values.gauges.map(({ id }) => id)),
    gauges: arrayOf(values.gauges.map(({ value }) => value)),
    exemplars,
  }
}

function arrayOf(numbers: readonly (string | number)[]): string {
  return `{${numbers.join(',')}}`
}

/** @returns JSON; null where there are none */
function exemplarsOf(readings: readonly Reading[]): string | null {
  const exemplars = readings.flatMap(({ name, series }) =>
    series.flatMap(({ labels, exemplars: byPart = {} }) => {
      const text = JSON.stringify(labels)
      return Object.entries(byPart).map(([part, { traceId, value, at }]) => {
        return { series: seriesId(name, text, part), traceId, value, at }
      })
    }),
  )
  return exemplars.length > 0 ? JSON.stringify(exemplars) : null
}
