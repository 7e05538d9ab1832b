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
 * Runs a program to its end; the file is removed when there is nothing to tell.
 * @throws Error with the end of its output when it fails
 */
export async function runLogged(
  command: string,
  argv: readonly string[],
  options: SpawnOptions,
  logFile: string,
): Promise<void> {
  const child = await spawnLogged(command, argv, options, logFile)
  if (!hasEnded(child)) await once(child, 'exit')
  if (child.exitCode !== 0) {
    throw new Error(
      `${command} ended with ${child.exitCode ?? child.signalCode}. The end of ${logFile}:\n${tail(logFile)}`,
    )
  }
  rmSync(logFile)
}

export function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null
}

export function tail(file: string): string {
  const text = readFileSync(file, 'utf8').trimEnd()
  return text === '' ? '(empty)' : text.split('\n').slice(-10).join('\n')
}
