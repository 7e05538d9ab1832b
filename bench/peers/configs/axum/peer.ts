import { join } from 'node:path'

import { buildWithCargo } from '../../cargo.ts'
import { connections } from '../../../conditions.ts'
import type { ConfigsPeer } from '../configs-peer.ts'
import { createTables } from '../tables.ts'

const folder = import.meta.dirname

/** Rust: axum, serde and tokio-postgres, with a pool of deadpool's. */
export const axum: ConfigsPeer = {
  name: 'axum',
  tools: ['cargo'],
  build: () => buildWithCargo(folder),
  command: [join(folder, 'target/release/configs-axum')],
  // A connection for each request that comes at once.
  env: { DATABASE_POOL_SIZE: String(connections) },
  createTables,
}
