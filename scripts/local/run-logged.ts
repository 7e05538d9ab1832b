import { spawn, type ChildProcess, type SpawnOptions } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync, readFileSync, rmSync } from 'node:fs'

/** Starts a program whose output goes to the end of a file, which only its owner may read. */
export async function spawnLogged(
  command: string,
  argv: readonly string[],
  options: SpawnOptions,
  logFile: string,
): Promise<ChildProcess> {
  const log = openSync(logFile, 'a', 0o600)
  try {
    const child = spawn(command, argv, { ...options, stdio: ['ignore', log, log] })
    await once(child, 'spawn')
    return child
  } finally {
    closeSync(log)
  }
}

/**
 * Runs a program to its end, which is that of this process at the latest; the log is removed when it has nothing to tell.
 * @throws Error with the end of its output when it fails
 */
export async function runLogged(
  command: string,
  argv: readonly string[],
  options: SpawnOptions,
  logFile: string,
): Promise<void> {
  // In a session of its own: a Ctrl-C in the terminal is for this process, which decides what becomes of the program.
  const child = await spawnLogged(command, argv, { ...options, detached: true }, logFile)
  const kill = (): void => killGroup(child)
  process.once('exit', kill)
  if (!hasEnded(child)) await once(child, 'exit')
  process.off('exit', kill)
  if (child.exitCode !== 0) {
    throw new Error(
      `${command} ended with ${child.exitCode ?? child.signalCode}. The end of ${logFile}:\n${tail(logFile)}`,
    )
  }
  rmSync(logFile)
}

/** Kills a program that leads a session, and what it has started. */
function killGroup({ pid }: ChildProcess): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL')
  } catch {
    // It has just ended.
  }
}

export function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null
}

export function tail(file: string): string {
  const text = readFileSync(file, 'utf8').trimEnd()
  return text === '' ? '(empty)' : text.split('\n').slice(-10).join('\n')
}
