import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'

import { commandLine } from './process-table.ts'
import { sleep } from './sleep.ts'

/** A server that is running on a data directory. */
export interface Postmaster {
  readonly pid: number
  readonly port: number
  readonly isReady: boolean
}

const endTimeoutMs = 60_000

/**
 * Reads who runs on a data directory.
 * @returns undefined when nobody does: the file outlives a server that was killed, and its id may be another's by now
 */
export function readPostmaster(data: string): Postmaster | undefined {
  const lines = readPidFile(data)
  const pid = Number(lines[0])
  const port = Number(lines[3])
  if (!Number.isInteger(port) || !isServing(pid, data)) return undefined
  return { pid, port, isReady: lines[7]?.trim() === 'ready' }
}

/** Removes what a killed server left. PostgreSQL does so too, unless the id in it belongs to somebody again. */
export function forgetPostmaster(data: string): void {
  const [pid] = readPidFile(data)
  if (pid !== undefined && !isServing(Number(pid), data)) rmSync(join(data, 'postmaster.pid'), { force: true })
}

/**
 * Ends a server: sessions are ended, what was committed is on disk.
 * @throws Error when it does not end
 */
export async function endPostmaster({ pid }: Postmaster, data: string): Promise<void> {
  const deadline = performance.now() + endTimeoutMs
  if (isServing(pid, data)) process.kill(pid, 'SIGINT')
  while (isServing(pid, data)) {
    if (performance.now() > deadline) throw new Error(`PostgreSQL, process ${pid}, does not end.`)
    await sleep(10)
  }
}

function isServing(pid: number, data: string): boolean {
  return Number.isInteger(pid) && pid > 0 && `${commandLine(pid)} `.includes(` -D ${data} `)
}

/** The lines of postmaster.pid: https://github.com/postgres/postgres/blob/master/src/include/utils/pidfile.h */
function readPidFile(data: string): readonly string[] {
  try {
    return readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n')
  } catch {
    return []
  }
}
