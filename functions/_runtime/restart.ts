import type { Logger } from './log.ts'
import type { RuntimeSettings } from './settings.ts'

type Address = Pick<RuntimeSettings, 'host' | 'port'>

/** Says which changed settings a running process cannot take: it stays on the address where it listens. */
export function warnOfRestart(log: Logger, before: Address, after: Address): void {
  // Port 0 asked for a free one, and has it.
  const isPortKept = after.port === 0 || after.port === before.port
  const settings = [...(after.host === before.host ? [] : ['host']), ...(isPortKept ? [] : ['port'])]
  if (settings.length > 0) log.warn({ settings }, 'these settings hold from the next start')
}
