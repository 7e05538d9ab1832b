// What counts that survive cost: a scrape with many live processes, and counting a request: `npm run bench:totals`.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import postgres from 'postgres'

import { migrate } from '../functions/_runtime/postgres/migrations.ts'
import { ProcessMetrics } from '../functions/_runtime/metrics/process-metrics.ts'
import { callerOf, instanceOf } from '../functions/_runtime/testing/call.ts'
import { metrics } from '../functions/metrics/index.ts'
import { startPostgres } from '../scripts/local/embedded-postgres.ts'
import { formatSpread, spreadOf } from './statistics.ts'

const rounds = 20
const seriesOfProcess = 100
const requests = 1_000_000
const root = join(import.meta.dirname, '..')

function print(what: string, values: readonly number[], digits: number): void {
  process.stdout.write(`${what.padEnd(44)}${formatSpread(spreadOf(values), digits)}\n`)
}

/** @returns microseconds a request */
function countRequests(): number {
  const { requests: counts } = new ProcessMetrics()
  const request = { function: 'predict', route: '/predict', method: 'POST', code: 200 }
  const begin = performance.now()
  for (let count = 0; count < requests; count += 1) counts.observe({ ...request, seconds: (count % 1000) / 10_000 })
  return ((performance.now() - begin) * 1000) / requests
}

process.stdout.write(`${''.padEnd(44)}     min  median      max, ${rounds} rounds, Node ${process.version}\n`)
print('counting a request, us', Array.from({ length: rounds }, countRequests), 3)

const folder = mkdtempSync(join(tmpdir(), 'quartet-totals-'))
const server = await startPostgres(folder)
const sql = postgres(server.url, { max: 1, onnotice: () => {} })
const instance = instanceOf(metrics, { database: { url: server.url } })
try {
  await migrate(server.url, 'metrics', join(root, 'functions/metrics/migrations'))
  const call = callerOf(instance)
  await sql`insert into metrics.metrics values ('requests_total', 'counter', 'Requests.')`
  await sql`
    insert into metrics.series
    select hashtextextended(n::text, 0), 'requests_total', json_build_object('route', n)::text, ''
    from generate_series(1, ${seriesOfProcess}::int) n`
  for (const processes of [1000, 10_000]) {
    await sql`truncate metrics.processes`
    await sql`
      insert into metrics.processes (id, sequence, series, counts)
      select gen_random_uuid(), 1, ids, counts
      from generate_series(1, ${processes}::int),
        (select array_agg(hashtextextended(n::text, 0) order by n) as ids, array_agg(n::bigint order by n) as counts
          from generate_series(1, ${seriesOfProcess}::int) n) as values`
    await sql`vacuum analyze metrics.processes`
    const times: number[] = []
    for (let round = 0; round < rounds; round += 1) {
      const begin = performance.now()
      const { status } = await call('GET /metrics')
      if (status !== 200) throw new Error(`The scrape was answered ${status}.`)
      times.push(performance.now() - begin)
    }
    print(`a scrape with ${processes} processes of ${seriesOfProcess} series, ms`, times, 0)
  }
} finally {
  await instance.close()
  await sql.end()
  await server.stop()
  rmSync(folder, { recursive: true })
}
