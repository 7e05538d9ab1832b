import { existsSync } from 'node:fs'
import { join } from 'node:path'

import type { Peer } from './peer.ts'

const bundle = join(import.meta.dirname, '../../dist/predict/index.js')

/** Our own, as the others are described. */
export const predict: Peer = {
  name: 'predict',
  tools: [],
  build: () => {
    if (!existsSync(bundle)) throw new Error('There are no bundles. Run `npm run build` first.')
  },
  command: [process.execPath, bundle],
  // As it is deployed: every request is logged and counted.
  env: { LOG_LEVEL: 'info', DRAIN_LISTEN_MS: '0' },
  octetsPath: '/predict',
}
