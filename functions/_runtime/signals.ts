import type { Logger } from './log.ts'

interface Reactions {
  /** On SIGHUP. */
  readonly reload: () => Promise<void>
  /**
   * On SIGTERM and SIGINT.
   * @returns how many connections had to be cut off
   */
  readonly drain: () => Promise<number>
}

/** Lets the process be told what to do. It ends with 0 after a clean drain, with 1 when something was lost. */
export function onSignals(log: Logger, { reload, drain }: Reactions): void {
  let isEnding = false
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    if (isEnding) return
    isEnding = true
    log.info({ signal }, 'draining')
    const cutOff = await drain()
    if (cutOff > 0) log.error({ connections: cutOff }, 'connections were cut off')
    process.exit(cutOff > 0 ? 1 : 0)
  }
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      end(signal).catch((error: unknown) => {
        log.fatal({ err: error }, 'draining failed')
        process.exit(1)
      })
    })
  }
  // One after the other, so that the settings that are read last are those that stay.
  let reloaded = Promise.resolve()
  process.on('SIGHUP', () => {
    if (isEnding) return
    reloaded = reloaded.then(reload).then(
      () => log.info('settings were reloaded'),
      (error: unknown) => log.error({ err: error }, 'settings were not reloaded; those before stay'),
    )
  })
  process.on('unhandledRejection', (error) => log.error({ err: error }, 'a promise was rejected and nobody looked'))
}
