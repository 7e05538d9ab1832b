import postgres, { type PendingQuery, type Row, type RowList, type Sql } from 'postgres'

import type { Attributes } from '../tracing/span.ts'
import type { Tracer, Waiting } from '../tracing/tracer.ts'
import { statementName } from './statement-name.ts'

type Query = PendingQuery<Row[]>

/** Work whose statements are spans of those who wait for it now; where none of them is recorded, it is what it was. */
export function tracedWork<T>(tracer: Tracer, work: (sql: Sql) => Promise<T>): (sql: Sql) => Promise<T> {
  const waiting = tracer.waiting.filter(({ isSampled }) => isSampled)
  return waiting.length === 0 ? work : (sql) => work(tracedSql(sql, waiting))
}

/**
 * The same as `sql`; each of its statements is a span of those who wait for it, from when it is asked for until it is
 * answered: https://opentelemetry.io/docs/specs/semconv/database/postgresql/
 */
function tracedSql(sql: Sql, waiting: Waiting): Sql {
  const observed = (query: unknown, text: string): unknown => {
    // What is no query names a part of one.
    return query instanceof Promise ? observe(query as Query, text, sql.options, waiting) : query
  }
  const unsafe = (text: string, ...rest: never[]): unknown => observed(sql.unsafe(text, ...rest), text)
  return new Proxy(sql, {
    apply: (target, self, values: [unknown, ...unknown[]]) => {
      return observed(Reflect.apply(target, self, values), textOf(values[0]))
    },
    get: (target, name) => (name === 'unsafe' ? unsafe : (Reflect.get(target, name) as unknown)),
  })
}

/** A query is asked when somebody waits for it; one that nobody does is a part of another. */
function observe(query: Query, text: string, options: Sql['options'], waiting: Waiting): Query {
  const begin = query.then.bind(query) as (
    onAnswer: (rows: RowList<Row[]>) => void,
    onError: (error: unknown) => void,
  ) => unknown
  let isBegun = false
  const then: Query['then'] = (onAnswer, onError) => {
    if (!isBegun) {
      isBegun = true
      const startedAt = performance.now()
      const record = (sent: string | undefined, error?: unknown): void => {
        note(sent ?? text, options, waiting, startedAt, error)
      }
      begin(
        (rows) => record(rows.statement?.string),
        (error) => record(error instanceof postgres.PostgresError ? error.query : undefined, error ?? 'unknown'),
      )
    }
    return begin(onAnswer as never, onError as never) as never
  }
  // A query is a promise whose `then` sends it: there is no other place to see that it is sent.
  Reflect.set(query, 'then', then)
  return query
}

function note(
  text: string,
  { host, port, database }: Sql['options'],
  waiting: Waiting,
  startedAt: number,
  error?: unknown,
): void {
  const name = statementName(text)
  const attributes: Attributes = {
    'db.system.name': 'postgresql',
    'db.namespace': database,
    // With $1 where a value is: values are none of a trace's business.
    'db.query.text': text.trim(),
    'db.query.summary': name,
    ...(host[0] !== undefined && { 'server.address': host[0] }),
    ...(port[0] !== undefined && { 'server.port': port[0] }),
    ...(waiting.length > 1 && { 'quartet.batch.size': waiting.length }),
    ...errorOf(error),
  }
  const endedAt = performance.now()
  for (const each of waiting) {
    const span = each.child(name, { kind: 'client', startedAt, attributes })
    if (error !== undefined) span.error = ''
    span.end(endedAt)
  }
}

/** By its code: the message may have a value in it. */
function errorOf(error: unknown): Attributes {
  if (error === undefined) return {}
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  if (error instanceof postgres.PostgresError) return { 'db.response.status_code': code, 'error.type': code }
  return { 'error.type': code || (error instanceof Error ? error.name : '_OTHER') }
}

/** Of a template whose parts are other templates the driver tells more, when it has put them together. */
function textOf(first: unknown): string {
  return Array.isArray(first) ? first.join('?') : ''
}
