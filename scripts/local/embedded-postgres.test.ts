import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

import postgres from 'postgres'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'

import { killed } from '../testing/workplace.ts'
import { findBinaries } from './binaries.ts'
import { startPostgres, type EmbeddedPostgres } from './embedded-postgres.ts'
import { readPostmaster } from './postmaster.ts'
import { commandLine, isAlive } from './process-table.ts'
import { unprivileged } from './unprivileged.ts'

// Making the data of a server takes a second, and many on a busy machine.
vi.setConfig({ testTimeout: 90_000 })

let parent: string
let folder: string
const atEnd: (() => unknown)[] = []

beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'quartet-embedded-'))
  chmodSync(parent, 0o755)
  folder = join(parent, 'postgres')
})

afterEach(async () => {
  // What was started last is ended first.
  for (const end of atEnd.splice(0).toReversed()) await end()
  const postmaster = readPostmaster(join(folder, 'data'))
  if (postmaster) await killed(postmaster.pid)
  rmSync(parent, { recursive: true })
})

async function start(): Promise<EmbeddedPostgres> {
  const server = await startPostgres(folder)
  atEnd.push(() => server.stop())
  return server
}

async function query(url: string, text: string): Promise<readonly unknown[]> {
  const sql = postgres(url, { max: 1, onnotice: () => {} })
  try {
    return [...(await sql.unsafe(text))]
  } finally {
    await sql.end({ timeout: 5 })
  }
}

function postmasterPid(): number {
  return readPostmaster(join(folder, 'data'))?.pid ?? Number.NaN
}

test('what was written is there after the next start', async () => {
  const first = await start()
  await query(first.url, `create table kept as select 'as it was' as text`)
  await first.stop()
  const second = await start()
  expect(await query(second.url, 'select text from kept')).toEqual([{ text: 'as it was' }])
})

test('stopping leaves no process', async () => {
  const server = await start()
  const pid = postmasterPid()
  expect(commandLine(pid)).toContain('postgres')
  await server.stop()
  expect(commandLine(pid)).toBe('')
  expect(readPostmaster(join(folder, 'data'))).toBeUndefined()
})

test('what was committed survives that the server is killed', async () => {
  const first = await start()
  await query(first.url, `create table kept as select 'as it was' as text`)
  await killed(postmasterPid())
  const second = await start()
  expect(await query(second.url, 'select text from kept')).toEqual([{ text: 'as it was' }])
})

test('stopping a server that was killed is no error', async () => {
  const server = await start()
  await killed(postmasterPid())
  await expect(server.stop()).resolves.toBeUndefined()
})

test.each([
  ['of another user', {}],
  ['of the same user as the server', undefined],
])('a process %s that has the id of a killed server is left alone', async (_, options) => {
  const server = await start()
  const pid = postmasterPid()
  const pidFile = join(folder, 'data', 'postmaster.pid')
  await killed(pid)
  const innocent = spawn('sleep', ['600'], { stdio: 'ignore', ...(options ?? unprivileged([]).options) })
  atEnd.push(() => innocent.kill())
  await once(innocent, 'spawn')
  writeFileSync(pidFile, readFileSync(pidFile, 'utf8').replace(String(pid), String(innocent.pid)))
  await server.stop()
  const next = await start()
  expect(await query(next.url, 'select 1 as one')).toEqual([{ one: 1 }])
  await next.stop()
  expect(isAlive(innocent.pid ?? 0)).toBe(true)
})

test('who starts it on the same data joins, and the last one ends it', async () => {
  const first = await start()
  const second = await start()
  const pid = postmasterPid()
  expect(second.url).toBe(first.url)
  await first.stop()
  expect(postmasterPid()).toBe(pid)
  expect(await query(second.url, 'select 1 as one')).toEqual([{ one: 1 }])
  await second.stop()
  expect(commandLine(pid)).toBe('')
})

test('several first starts at once end up with one server', async () => {
  const servers = await Promise.all([start(), start(), start()])
  expect(new Set(servers.map(({ url }) => url)).size).toBe(1)
  expect(readdirSync(parent)).toEqual(['postgres'])
  await Promise.all(servers.map((server) => server.stop()))
  expect(readPostmaster(join(folder, 'data'))).toBeUndefined()
})

test('a start while another process ends the server waits for that', async () => {
  const first = await start()
  const [, second] = await Promise.all([first.stop(), start()])
  expect(await query(second?.url ?? '', 'select 1 as one')).toEqual([{ one: 1 }])
})

test('what a first start left that was cut short is removed', async () => {
  const gone = spawn('true', { stdio: 'ignore' })
  await once(gone, 'exit')
  mkdirSync(join(parent, `postgres.unfinished-${gone.pid}-abc`, 'data'), { recursive: true })
  await start()
  expect(readdirSync(parent)).toEqual(['postgres'])
})

test('data of another version is refused with what to do', async () => {
  const server = await start()
  await server.stop()
  writeFileSync(join(folder, 'data', 'PG_VERSION'), '9\n')
  await expect(startPostgres(folder)).rejects.toThrow(/made by PostgreSQL 9, and this is \d+\. Dump it/)
})

test('a folder with something else in it is left as it is', async () => {
  mkdirSync(folder)
  writeFileSync(join(folder, 'thesis.txt'), 'precious')
  await expect(startPostgres(folder)).rejects.toThrow('has something in it')
  expect(readFileSync(join(folder, 'thesis.txt'), 'utf8')).toBe('precious')
  expect(readdirSync(parent)).toEqual(['postgres'])
})

test('a server that cannot start says why', async () => {
  const server = await start()
  await server.stop()
  writeFileSync(join(folder, 'data', 'postgresql.conf'), 'nonsense = here\n')
  await expect(startPostgres(folder)).rejects.toThrow(/did not start.*unrecognized configuration parameter "nonsense"/s)
})

test.each([
  ['that all may enter', 0o755],
  ['that only its owner may enter', 0o700],
])('it works in a folder %s', async (_, mode) => {
  chmodSync(parent, mode)
  const first = await start()
  await query(first.url, `create table kept as select 1 as one`)
  await first.stop()
  const second = await start()
  expect(await query(second.url, 'select one from kept')).toEqual([{ one: 1 }])
})

test('the programs too may be where only their owner may enter', async () => {
  const { initdb, ...rest } = await findBinaries()
  const native = join(parent, 'native')
  cpSync(join(dirname(initdb), '..'), native, { recursive: true, verbatimSymlinks: true })
  chmodSync(parent, 0o700)
  const binaries = { ...rest, initdb: join(native, 'bin', 'initdb'), postgres: join(native, 'bin', 'postgres') }
  const server = await startPostgres(folder, { binaries })
  atEnd.push(() => server.stop())
  expect(commandLine(postmasterPid())).toContain(native)
  expect(await query(server.url, 'select 1 as one')).toEqual([{ one: 1 }])
})

test('nobody else can read what is kept', async () => {
  const server = await start()
  for (const name of readdirSync(folder)) {
    expect([name, statSync(join(folder, name)).mode & 0o077]).toEqual([name, 0])
  }
  expect(statSync(folder).mode & 0o066).toBe(0)
  expect(statSync(join(folder, 'password')).uid).toBe(process.getuid?.())
  const url = new URL(server.url)
  expect(readFileSync(join(folder, 'postgres.log'), 'utf8')).not.toContain(url.password)
  expect(commandLine(postmasterPid())).not.toContain(url.password)
  expect(existsSync(join(folder, 'initdb.log'))).toBe(false)
})

test('it answers on the loopback address only, and to nobody without the password', async () => {
  const server = await start()
  const url = new URL(server.url)
  expect(url.hostname).toBe('127.0.0.1')
  expect(await query(server.url, 'show listen_addresses')).toEqual([{ listen_addresses: '127.0.0.1' }])
  url.password = ''
  await expect(query(url.href, 'select 1')).rejects.toThrow(/password/)
})
