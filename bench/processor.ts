export type Command = readonly [program: string, ...argv: string[]]

/** Keeps a command on one processor, and all that it starts. */
export function onProcessor(processor: number, command: Command): Command {
  return ['taskset', '-c', String(processor), ...command]
}
