import { defineFunction } from '../_runtime/function.ts'
import { Database } from '../_runtime/postgres.ts'
import { change, create, list, read, remove, replace, type Held } from './routes.ts'
import { ConfigsSettings } from './schema.ts'
import { ConfigStore } from './store.ts'

/** Stores nested configuration documents in PostgreSQL. */
export const configs = defineFunction({
  name: 'configs',
  summary: 'Stores nested configuration documents in PostgreSQL.',
  example: 'curl $URL/configs',
  settings: ConfigsSettings,
  open({ settings }): Held {
    const database = new Database(settings.database)
    return { database, store: new ConfigStore(database) }
  },
  close: ({ database }) => database.close(),
  checks: { database: ({ database }) => database.ping() },
  routes: {
    'GET /configs': list,
    'POST /configs': create,
    'GET /configs/:name': read,
    'PUT /configs/:name': replace,
    'PATCH /configs/:name': change,
    'DELETE /configs/:name': remove,
  },
})
