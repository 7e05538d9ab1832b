import type { Logger } from './log.ts'

interface Reactions {
  /** On SIGHUP. */
  readonly reload: () => Promise<void>
  /**
   * On SIGTERM and SIGINT.
   * @returns how many connections had to be cut off
   */
  readonly drain: () => Promise<number>
  /** On a second Ctrl-C: gives back what would outlive the process, and waits for no request. */
  readonly abandon?: () => Promise<void>
}

// One Ctrl-C may come twice: the terminal signals the whole foreground group, and npm forwards what it gets.
const echoMs = 500
const abandonTimeoutMs = 3000

/**
 * Lets the process be told what to do. It ends with 0 after a clean drain, with 1 when something was lost, and with 1 at
 * once on a second Ctrl-C.
 */
export function onSignals(log: Logger, { reload, drain, abandon = async () => {} }: Reactions): void {
  let drainingSince: number | undefined
  let isAbandoning = false
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    drainingSince = performance.now()
    log.info({ signal, ...(signal === 'SIGINT' && { again: 'ends at once' }) }, 'draining')
    const cutOff = await drain()
    if (cutOff > 0) {
      log.error({ connections: cutOff }, 'connections were cut off')
      process.exitCode = 1
    }
    process.exit()
  }
  const endAtOnce = async (signal: NodeJS.Signals): Promise<void> => {
    isAbandoning = true
    log.warn({ signal }, 'ending at once')
    setTimeout(() => process.exit(1), abandonTimeoutMs)
    await abandon()
    process.exit(1)
  }
  const react = async (signal: NodeJS.Signals): Promise<void> => {
    if (drainingSince === undefined) return end(signal)
    // Only a person is impatient: what sends SIGTERM has a SIGKILL of its own for later.
    if (signal === 'SIGINT' && !isAbandoning && performance.now() - drainingSince > echoMs) return endAtOnce(signal)
  }
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      react(signal).catch((error: unknown) => {
        log.fatal({ err: error }, 'draining failed')
        process.exit(1)
      })
    })
  }
  // One after the other, so that the settings that are read last are those that stay.
  let reloaded = Promise.resolve()
  process.on('SIGHUP', () => {
    if (drainingSince !== undefined) return
    reloaded = reloaded.then(reload).then(
      () => log.info('settings were reloaded'),
      (error: unknown) => log.error({ err: error }, 'settings were not reloaded; those before stay'),
    )
  })
  process.on('unhandledRejection', (error) => log.error({ err: error }, 'a promise was rejected and nobody looked'))
}
