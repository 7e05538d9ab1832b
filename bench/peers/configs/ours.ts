import { join } from 'node:path'

import { migrate } from '../../../functions/_runtime/postgres/migrations.ts'
import { bundleOf } from '../bundle.ts'
import type { ConfigsPeer } from './configs-peer.ts'

const migrations = join(import.meta.dirname, '../../../functions/configs/migrations')

export const configs: ConfigsPeer = {
  ...bundleOf('configs'),
  createTables: async (url) => {
    await migrate(url, 'configs', migrations)
  },
}
