import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** A server that is running on a data folder. */
export interface Postmaster {
  readonly pid: number
  readonly port: number
  readonly isReady: boolean
}

/**
 * Reads who runs on a data folder.
 * @returns undefined when nobody does; the file outlives a server that was killed
 */
export function readPostmaster(data: string): Postmaster | undefined {
  // The lines of postmaster.pid: https://github.com/postgres/postgres/blob/master/src/include/utils/pidfile.h
  const lines = read(join(data, 'postmaster.pid'))?.split('\n') ?? []
  const pid = Number(lines[0])
  const port = Number(lines[3])
  if (!Number.isInteger(pid) || pid <= 0 || !Number.isInteger(port) || !isAlive(pid)) return undefined
  return { pid, port, isReady: lines[7]?.trim() === 'ready' }
}

export function ownerOf(file: string): number {
  return Number(read(file) ?? Number.NaN)
}

export function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}
