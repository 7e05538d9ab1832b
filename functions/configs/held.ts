import type { Page } from '../_runtime/reply/page.ts'
import type { Database } from '../_runtime/postgres/postgres.ts'
import type { Bulk } from './bulk/bulk.ts'
import type { EventSender } from './events/event-sender.ts'
import type { ConfigHistory } from './history/history.ts'
import type { Pruner } from './history/pruner.ts'
import type { ConfigsSettings } from './schema.ts'
import type { ConfigSearch } from './search/search.ts'
import type { ConfigStore } from './store/store.ts'
import type { Watch } from './watch/watch.ts'

/** What the function holds while it is open. */
export interface Held {
  readonly settings: ConfigsSettings
  readonly database: Database
  readonly pruner: Pruner
  readonly store: ConfigStore
  readonly search: ConfigSearch
  readonly history: ConfigHistory
  readonly watch: Watch
  /** Undefined where events have no address. */
  readonly sender: EventSender | undefined
  readonly bulk: Bulk
  readonly page: Page
}
