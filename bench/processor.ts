import { execFileSync } from 'node:child_process'

export type Command = readonly [program: string, ...argv: string[]]

/** Keeps a command on one processor, and all that it starts. */
export function onProcessor(processor: number, command: Command): Command {
  return ['taskset', '-c', String(processor), ...command]
}

/** Keeps this process on one processor, and all that it starts from now on. */
export function moveTo(processor: number): void {
  execFileSync('taskset', ['-a', '-p', '-c', String(processor), String(process.pid)], { stdio: 'ignore' })
}
