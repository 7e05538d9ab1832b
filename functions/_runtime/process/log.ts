import { pino, type DestinationStream, type Logger } from 'pino'

import { LogOutput } from './log-output.ts'

export type { Logger } from 'pino'

export interface Log {
  readonly logger: Logger
  /** Writes what is still buffered; to be awaited before the process ends. */
  flush(): Promise<void>
  /** As flush(), where nothing can be awaited any more. */
  flushSync(): void
}

const standardOutput = 1

/**
 * Opens the log: JSON lines.
 * @param stream where to; standard output unless a test wants to read along
 * @param fields what a line has besides, asked when it is written
 */
export function openLog(level: string, stream?: DestinationStream, fields?: () => object): Log {
  const output = stream ? undefined : new LogOutput(standardOutput)
  const options = {
    level,
    base: null,
    formatters: { level: (label: string) => ({ level: label }) },
    ...(fields && { mixin: fields }),
  }
  return {
    logger: pino(options, stream ?? output),
    flush: async () => output?.flush(),
    flushSync: () => output?.flushSync(),
  }
}
