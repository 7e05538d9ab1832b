import { randomBytes } from 'node:crypto'
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { basename, dirname, join } from 'node:path'

import type { Binaries } from './binaries.ts'
import { isAlive } from './process-table.ts'
import { runLogged } from './run-logged.ts'
import { unprivileged } from './unprivileged.ts'

/** Where a server of ours keeps what it keeps between runs. */
export interface DataFolder {
  /** The server's data directory. */
  readonly data: string
  readonly log: string
  readonly password: string
}

/** The superuser that the server is made with. */
export const user = 'quartet'

/**
 * Finds the data of a server, or makes it.
 * @throws Error when another version of PostgreSQL made it
 */
export async function dataFolder(place: string, binaries: Binaries): Promise<DataFolder> {
  const data = join(place, 'data')
  if (!existsSync(data)) await make(place, binaries)
  const madeBy = readFileSync(join(data, 'PG_VERSION'), 'utf8').trim()
  if (madeBy !== binaries.majorVersion) {
    const remedy = 'Dump it there and restore it here, or remove it to begin anew.'
    throw new Error(`${place} was made by PostgreSQL ${madeBy}, and this is ${binaries.majorVersion}. ${remedy}`)
  }
  return { data, log: join(place, 'postgres.log'), password: readFileSync(join(place, 'password'), 'utf8') }
}

/**
 * Makes the folder under another name and renames it when it is whole: a run that is cut short leaves nothing that
 * looks finished, and of two runs at once the second takes what the first has made.
 */
async function make(place: string, { initdb }: Binaries): Promise<void> {
  if (existsSync(place) && readdirSync(place).length > 0) {
    throw new Error(`${place} has something in it, but no data of PostgreSQL. Move it away.`)
  }
  removeUnfinished(place)
  const unfinished = mkdtempSync(`${place}.unfinished-${process.pid}-`)
  const data = join(unfinished, 'data')
  // Others may pass through, since the server is another user where this process is root, but not look around.
  chmodSync(unfinished, 0o711)
  mkdirSync(data, { mode: 0o700 })
  const passwordFile = join(unfinished, 'password')
  writeFileSync(passwordFile, randomBytes(24).toString('hex'), { mode: 0o600 })
  const account = unprivileged([initdb, data])
  giveTo(account.owner, data, passwordFile)
  const options = [`--pgdata=${data}`, '--auth=scram-sha-256', `--username=${user}`, `--pwfile=${passwordFile}`]
  const [command, ...argv] = account.command(initdb, [...options, '--encoding=UTF8', '--locale=C'])
  await runLogged(command, argv, { ...account.options, cwd: unfinished }, join(unfinished, 'initdb.log'))
  giveTo(account.owner && { uid: 0, gid: 0 }, passwordFile)
  try {
    renameSync(unfinished, place)
  } catch (error) {
    rmSync(unfinished, { recursive: true, force: true })
    if (!existsSync(join(place, 'data'))) throw error
  }
}

function giveTo(owner: { readonly uid: number; readonly gid: number } | undefined, ...paths: readonly string[]): void {
  if (!owner) return
  for (const path of paths) chownSync(path, owner.uid, owner.gid)
}

/** Removes what runs left that were cut short while they made the folder. */
function removeUnfinished(place: string): void {
  const prefix = `${basename(place)}.unfinished-`
  const parent = dirname(place)
  mkdirSync(parent, { recursive: true })
  for (const name of readdirSync(parent)) {
    if (!name.startsWith(prefix) || isAlive(Number.parseInt(name.slice(prefix.length), 10))) continue
    rmSync(join(parent, name), { recursive: true, force: true })
  }
}
