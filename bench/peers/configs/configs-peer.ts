import type { Peer } from '../peer.ts'

/** It keeps its configs where DATABASE_URL says. */
export interface ConfigsPeer extends Peer {
  /** Makes its tables in an empty database. */
  readonly createTables: (url: string) => Promise<void>
}
