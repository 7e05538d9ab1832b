import { request, type IncomingMessage } from 'node:http'
import { once } from 'node:events'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { setTimeout as sleep } from 'node:timers/promises'

import postgres from 'postgres'
import { afterEach, beforeEach, expect, test } from 'vitest'

import { migratedDatabase, type TestDatabase } from '../../_runtime/testing/database.ts'
import type { MemoryUse } from '../../_runtime/testing/hosts-process.ts'
import { ServerProcess } from '../../_runtime/testing/server-process.ts'
import { migrations } from '../testing/open-configs.ts'

const rows = 100_000
const megabyte = 1_048_576
const headers = { 'content-type': 'application/x-ndjson' }
const script = join(import.meta.dirname, '../../_runtime/testing/hosts-process.ts')
const list = join(import.meta.dirname, '../../list.ts')

let database: TestDatabase
let sql: postgres.Sql
let server: ServerProcess
let port: number

beforeEach(async () => {
  database = await migratedDatabase('configs', migrations)
  sql = postgres(database.url, { max: 2, onnotice: () => {} })
  await sql`truncate configs.configs`
  server = new ServerProcess(['--expose-gc', script, list], { DATABASE_URL: database.url, LOG_LEVEL: 'warn' })
  port = ((await server.message()) as { configs: number }).configs
})

afterEach(async () => {
  await server.kill()
  await sql.end()
  await database.drop()
})

function* linesOf(count: number): Generator<string> {
  const text = 'x'.repeat(3000)
  for (let index = 0; index < count; index += 1) {
    yield `{"name":"config-${String(index).padStart(7, '0')}","metadata":{"serial":${index},"text":"${text}"}}\n`
  }
}

async function importing(lines: Iterable<string>, query = ''): Promise<{ statusCode: number; text: string }> {
  const outgoing = request({ port, path: `/import${query}`, method: 'POST', headers })
  const [[response]] = await Promise.all([once(outgoing, 'response'), pipeline(Readable.from(lines), outgoing)])
  const { statusCode = 0 } = response as IncomingMessage
  return { statusCode, text: (await (response as IncomingMessage).toArray()).join('') }
}

async function exporting(): Promise<IncomingMessage> {
  const [response] = await once(request({ port, path: '/export' }).end(), 'response')
  return response as IncomingMessage
}

async function resident(): Promise<number> {
  return ((await server.ask('memory')) as MemoryUse).resident
}

/** Stores configs without their terms and versions, which takes a hundredth of the time. */
async function fill(count: number): Promise<void> {
  await sql.begin(async (own) => {
    await own`set local session_replication_role = replica`
    await own`
      insert into configs.configs (name, name_key, metadata)
      select 'config-' || lpad(n::text, 7, '0'), 'name', json_build_object('serial', n, 'text', repeat('x', 3000))
      from generate_series(1, ${count}::int) as n`
  })
}

/** Bytes that the process takes more than now, at the most, while something is done. */
async function growthOf(work: () => Promise<void>): Promise<number> {
  const before = await resident()
  let most = before
  const over = new AbortController()
  const watch = async (): Promise<void> => {
    for (; !over.signal.aborted; await sleep(100)) most = Math.max(most, await resident())
  }
  const watching = watch()
  await work()
  over.abort()
  await watching
  return most - before
}

/** What the bulk transactions of the process hold open. */
async function connections(): Promise<number> {
  const [row] = await sql<{ count: number }[]>`
    select count(*)::integer as count from pg_stat_activity
    where datname = current_database() and application_name = 'quartet bulk'`
  return row?.count ?? 0
}

/** How many imports are being stored. */
async function storing(): Promise<number> {
  const found = await sql`
    select from pg_stat_activity where application_name = 'quartet bulk' and query like '%insert into configs.configs%'
      and datname = current_database()`
  return found.length
}

async function countOf(): Promise<number> {
  const [row] = await sql<{ count: number }[]>`select count(*)::integer as count from configs.configs`
  return row?.count ?? 0
}

test(`${rows} configs are exported and read again in little memory`, { timeout: 300_000 }, async () => {
  await fill(rows)
  const growth = await growthOf(async () => {
    let newlines = 0
    let bytes = 0
    for await (const chunk of await exporting()) {
      bytes += (chunk as Buffer).length
      for (const byte of chunk as Buffer) if (byte === 0x0a) newlines += 1
    }
    expect(newlines).toBe(rows + 2)
    expect(bytes).toBeGreaterThan(280 * megabyte)
    const { statusCode, text } = await importing(linesOf(rows), '?dryRun=true')
    expect(statusCode).toBe(200)
    expect(JSON.parse(text)).toMatchObject({ created: 1, unchanged: 0, replaced: rows - 1 })
  })
  // A third of what was exported, and as much was imported: V8 lets its heap grow for a while.
  expect(growth).toBeLessThan(200 * megabyte)
})

test('an import whose process is killed half way changes nothing', { timeout: 60_000 }, async () => {
  await fill(10)
  const outgoing = request({ port, path: '/import', method: 'POST', headers })
  outgoing.on('error', () => {})
  for (const line of linesOf(2000)) outgoing.write(line)
  await expect.poll(connections, { timeout: 20_000 }).toBe(1)
  await server.kill()
  await expect.poll(connections, { timeout: 20_000 }).toBe(0)
  expect(await countOf()).toBe(10)
})

test('an import that is killed while it is stored changes nothing', { timeout: 60_000 }, async () => {
  const answer = importing(linesOf(20_000)).catch(() => undefined)
  await expect.poll(storing, { timeout: 30_000, interval: 5 }).toBe(1)
  await server.kill()
  await answer
  await expect.poll(connections, { timeout: 20_000 }).toBe(0)
  expect(await countOf()).toBe(0)
})

test('a client that leaves in the middle of an export frees what it held', { timeout: 60_000 }, async () => {
  await fill(20_000)
  const clients = [await exporting(), await exporting()]
  for (const client of clients) await once(client, 'readable')
  expect(await connections()).toBe(2)
  const third = await exporting()
  expect(third).toMatchObject({ statusCode: 429, headers: { 'retry-after': '5' } })
  third.resume()
  // Others are answered from the pool meanwhile.
  const responses = await Promise.all(
    Array.from({ length: 10 }, () => fetch(`http://127.0.0.1:${port}/configs?limit=1`)),
  )
  expect(responses.map(({ status }) => status)).toEqual(Array.from({ length: 10 }, () => 200))
  for (const client of clients) client.destroy()
  await expect.poll(connections, { timeout: 20_000 }).toBe(0)
  const whole = await exporting()
  expect((await whole.toArray()).join('').endsWith('{"complete":true,"configs":20000}\n')).toBe(true)
})

test('an export whose database ends breaks off, and is not taken for a whole one', { timeout: 60_000 }, async () => {
  await fill(50_000)
  const response = await exporting()
  await once(response, 'readable')
  await sql`select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'quartet bulk'
    and datname = current_database()`
  await expect(response.toArray()).rejects.toThrow('aborted')
})

test('a drain waits for an export', { timeout: 60_000 }, async () => {
  await fill(20_000)
  const response = await exporting()
  await once(response, 'readable')
  server.signal('SIGTERM')
  const text = (await response.toArray()).join('')
  expect(text.endsWith('{"complete":true,"configs":20000}\n')).toBe(true)
  expect(await server.exitCode()).toBe(0)
})
