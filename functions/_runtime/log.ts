import { pino, type DestinationStream, type Logger } from 'pino'

export type { Logger } from 'pino'

export interface Log {
  readonly logger: Logger
  /** Writes what is still buffered; to be called before the process ends. */
  flush(): void
}

// A reader that has stopped must not fill the memory: above this, lines are dropped.
const mostBufferedBytes = 16 * 1024 * 1024

/**
 * Opens the log: JSON lines.
 * @param stream where to; stdout unless a test wants to read along
 */
export function openLog(level: string, stream?: DestinationStream): Log {
  const destination = stream ?? pino.destination({ fd: 1, sync: false, maxLength: mostBufferedBytes })
  const logger = pino({ level, base: null, formatters: { level: (label) => ({ level: label }) } }, destination)
  return {
    logger,
    flush() {
      if (!('flushSync' in destination)) return
      try {
        ;(destination as { flushSync(): void }).flushSync()
      } catch {
        // Not open yet or its reader is gone: there is nobody left to tell.
      }
    },
  }
}
