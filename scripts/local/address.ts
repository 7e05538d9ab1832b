import type { RuntimeSettings } from '../../functions/_runtime/settings/settings.ts'

const everyAddress = new Set(['0.0.0.0', '::', ''])
const thisMachine = new Set(['127.0.0.1', '::1', ...everyAddress])

type Listening = Pick<RuntimeSettings, 'host' | 'port'>

/** Where this process reaches its own server. */
export function ownAddress({ host, port }: Listening): string {
  return `http://${everyAddress.has(host) ? '127.0.0.1' : inUrl(host)}:${port}`
}

/** Where a user of this machine reaches the server. */
export function publicAddress({ host, port }: Listening): string {
  return `http://${thisMachine.has(host) ? 'localhost' : inUrl(host)}:${port}`
}

function inUrl(host: string): string {
  return host.includes(':') ? `[${host}]` : host
}
