import { existsSync } from 'node:fs'
import { join } from 'node:path'

import type { Peer } from './peer.ts'

/** A function of ours, as the others are described. */
export function bundleOf(name: string): Peer {
  const bundle = join(import.meta.dirname, '../../dist', name, 'index.js')
  return {
    name,
    tools: [],
    build: () => {
      if (!existsSync(bundle)) throw new Error('There are no bundles. Run `npm run build` first.')
    },
    command: [process.execPath, bundle],
    // As it is deployed: every request is logged and counted.
    env: { LOG_LEVEL: 'info', DRAIN_LISTEN_MS: '0' },
  }
}
