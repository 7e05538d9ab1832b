import { join } from 'node:path'

import { defineFunction } from '../_runtime/function/function.ts'
import { Page } from '../_runtime/reply/page.ts'
import { Database } from '../_runtime/postgres/postgres.ts'
import { Bulk } from './bulk/bulk.ts'
import { exportAll, importAll } from './bulk/routes.ts'
import { notedRoutes } from './events/noted-routes.ts'
import { openSender } from './events/open-sender.ts'
import { events } from './watch/event-routes.ts'
import type { Held } from './held.ts'
import { diff, readVersion, restore, versions } from './history/history-routes.ts'
import { ConfigHistory } from './history/history.ts'
import { manage } from './page-route.ts'
import { Pruner } from './history/pruner.ts'
import { change, create, list, read, remove, replace } from './routes.ts'
import { ConfigsSettings } from './schema.ts'
import { find } from './search/search-routes.ts'
import { ConfigSearch } from './search/search.ts'
import { ConfigStore } from './store/store.ts'
import { Watch } from './watch/watch.ts'

/** Stores nested configuration documents, with their history, in PostgreSQL. */
export const configs = defineFunction({
  name: 'configs',
  summary: 'Stores nested configuration documents, with their history, in PostgreSQL.',
  example: 'curl $URL/configs',
  settings: ConfigsSettings,
  auth: ({ auth }) => auth,
  open(opening): Held {
    const { settings, log, ending, tracer } = opening
    const database = new Database(settings.database, tracer)
    const pruner = new Pruner(database, settings, log)
    const sender = openSender(opening)
    const watch = new Watch(database, settings.watch, ending)
    const noteWrite = (): void => {
      watch.signal.noteWrite()
      pruner.noteWrite()
      sender?.noteWrite()
    }
    // What comes of a write is done for nobody who waits.
    const onWrite = tracer ? (): void => tracer.within([], noteWrite) : noteWrite
    const { poolSize, queryTimeoutMs } = settings.database
    const store = new ConfigStore(database, { poolSize, patienceMs: queryTimeoutMs, onWrite, tracer })
    return {
      settings,
      database,
      pruner,
      store,
      search: new ConfigSearch(database),
      history: new ConfigHistory(database),
      watch,
      sender,
      bulk: new Bulk(settings, onWrite, tracer),
      page: new Page(join(import.meta.dirname, 'assets', 'page.html')),
    }
  },
  async close({ database, pruner, watch, sender }, timeMs) {
    await Promise.all([pruner.close(), watch.close(), sender?.close(timeMs)])
    await database.close()
  },
  checks: { database: ({ database }) => database.ping() },
  database: ({ database }) => database,
  routes: notedRoutes({
    'GET /': manage,
    'GET /configs': list,
    'POST /configs': create,
    'GET /configs/events': events,
    'GET /configs/:name': read,
    'PUT /configs/:name': replace,
    'PATCH /configs/:name': change,
    'DELETE /configs/:name': remove,
    'GET /configs/:name/versions': versions,
    'GET /configs/:name/versions/:version': readVersion,
    'POST /configs/:name/versions/:version/restore': restore,
    'GET /configs/:name/diff': diff,
    'GET /search': find,
    'GET /export': exportAll,
    'POST /import': importAll,
  }),
})
