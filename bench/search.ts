// Pages and searches of configs in a large table: `npm run bench:search -- ROWS`. The function is called in this process,
// its PostgreSQL on the loopback address; HTTP adds what bench/throughput.ts measures.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import postgres from 'postgres'

import { migrate } from '../functions/_runtime/postgres/migrations.ts'
import { callerOf, instanceOf, type Call } from '../functions/_runtime/testing/call.ts'
import { cursorAfter } from '../functions/configs/lists/cursor.ts'
import { configs } from '../functions/configs/index.ts'
import { startPostgres } from '../scripts/local/embedded-postgres.ts'
import { fillBeforeSearch, migrations } from './search-rows.ts'
import { spreadOf } from './statistics.ts'

const rows = Number(process.argv[2] ?? 1_000_000)
const rounds = 500
const warmUpRounds = 50
const megabyte = 1_000_000

const nameOf = (row: number): string => `datacenter-${String(row).padStart(7, '0')}`
/** Spreads the rounds over the table. */
const rowOf = (round: number): number => 1 + ((round * 7919) % rows)
const middle = (round: number): string => `cursor=${cursorAfter(nameOf(rowOf(round)))}`

const requests: Readonly<Record<string, (round: number) => `/${string}`>> = {
  'a page in the middle': (round) => `/configs?${middle(round)}`,
  'equality, one matches': (round) => `/search?metadata.serial=${rowOf(round)}`,
  'equality, 1 in 1000 matches': (round) => `/search?metadata.team=team-${round % 1000}`,
  'equality, half match': () => '/search?metadata.monitoring.enabled=true',
  'equality, half match, in the middle': (round) => `/search?metadata.monitoring.enabled=true&${middle(round)}`,
  'equality, none matches': (round) => `/search?metadata.team=nobody-${round}`,
  'half and 1 in 40, both match': () => '/search?metadata.monitoring.enabled=true&metadata.limits.cpu.value=500m',
  'half and 1 in 40, never both': () => '/search?metadata.monitoring.enabled=true&metadata.limits.cpu.value=50m',
}

/** @returns milliseconds a request */
async function measure(call: Call, target: (round: number) => `/${string}`): Promise<number[]> {
  const times: number[] = []
  for (let round = 0; round < warmUpRounds + rounds; round += 1) {
    const begin = performance.now()
    // One at a time: how long one takes is what is measured.
    const { status } = await call(`GET ${target(round)}`)
    if (status !== 200) throw new Error(`${target(round)} was answered ${status}.`)
    if (round >= warmUpRounds) times.push(performance.now() - begin)
  }
  return times
}

function p99Of(times: readonly number[]): number {
  return times.toSorted((one, other) => one - other)[Math.ceil(times.length * 0.99) - 1] ?? Number.NaN
}

const folder = mkdtempSync(join(tmpdir(), 'quartet-search-'))
const server = await startPostgres(folder)
const sql = postgres(server.url, { max: 1, onnotice: () => {} })
const instance = instanceOf(configs, { database: { url: server.url } })
try {
  await fillBeforeSearch(sql, server.url, rows)
  const begin = performance.now()
  await migrate(server.url, 'configs', migrations)
  const seconds = (performance.now() - begin) / 1000
  await sql`vacuum configs.terms`
  const [size] = await sql<{ table: string; terms: string; index: string }[]>`
    select pg_total_relation_size('configs.configs') as table, pg_relation_size('configs.terms') as terms,
      pg_relation_size('configs.terms_pkey') as index`
  const inMB = (bytes = '0'): string => `${(Number(bytes) / megabyte).toFixed(0)} MB`
  process.stdout.write(
    `${rows} configs of ${inMB(size?.table)}; terms of ${inMB(size?.terms)} and their index of ${inMB(size?.index)}, ` +
      `made by the migrations in ${seconds.toFixed(0)} s\n`,
  )
  process.stdout.write(`${'ms, of 500 requests in turn'.padEnd(36)}     min   median      p99\n`)
  for (const [name, target] of Object.entries(requests)) {
    const times = await measure(callerOf(instance), target)
    const { min, median } = spreadOf(times)
    const figures = [min, median, p99Of(times)].map((value) => value.toFixed(1).padStart(9))
    process.stdout.write(`${name.padEnd(35)}${figures.join('')}\n`)
  }
} finally {
  await instance.close()
  await sql.end()
  await server.stop()
  rmSync(folder, { recursive: true })
}
