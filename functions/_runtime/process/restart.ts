import type { Logger } from './log.ts'
import type { RuntimeSettings } from '../settings/settings.ts'

type Fixed = Pick<RuntimeSettings, 'host' | 'port' | 'telemetry' | 'tracing'>

/**
 * Says which changed settings a running process cannot take: it stays on the address where it listens, its counts stay
 * where they are kept, and its spans go where they went.
 */
export function warnOfRestart(log: Logger, before: Fixed, after: Fixed): void {
  const changed = {
    host: after.host !== before.host,
    // Port 0 asked for a free one, and has it.
    port: after.port !== 0 && after.port !== before.port,
    telemetry: JSON.stringify(after.telemetry) !== JSON.stringify(before.telemetry),
    tracing: JSON.stringify(after.tracing) !== JSON.stringify(before.tracing),
  }
  const settings = Object.entries(changed).flatMap(([name, hasChanged]) => (hasChanged ? [name] : []))
  if (settings.length > 0) log.warn({ settings }, 'these settings hold from the next start')
}
