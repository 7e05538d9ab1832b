import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

/** Whether a process has this id, whoever it is. */
export function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

/**
 * Reads how a process was called: ids are given out again, so an id alone does not say who has it.
 * @returns the program and its arguments, separated by spaces; empty when it has ended, even if its parent has not looked
 */
export function commandLine(pid: number): string {
  try {
    if (process.platform === 'linux') return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
    return execFileSync('ps', ['-ww', '-o', 'args=', '-p', String(pid)], { encoding: 'utf8' })
  } catch {
    return ''
  }
}
