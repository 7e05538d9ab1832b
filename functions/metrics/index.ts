import { join } from 'node:path'

import { defineFunction } from '../_runtime/function/function.ts'
import { Database } from '../_runtime/postgres/postgres.ts'
import { Page } from '../_runtime/reply/page.ts'
import { ProcessTable } from '../_runtime/telemetry/process-table.ts'
import { Folder } from './folder.ts'
import { charts, totals } from './page-routes.ts'
import { push, scrape, type Held } from './routes.ts'
import { MetricsSettings } from './schema.ts'
import { Totals } from './totals.ts'

/** Gives Prometheus the totals of all functions, which survive the processes that counted them. */
export const metrics = defineFunction({
  name: 'metrics',
  summary: 'Gives Prometheus the totals of all functions, which survive the processes that counted them.',
  example: 'curl $URL/metrics',
  settings: MetricsSettings,
  auth: ({ auth }) => auth,
  open({ settings, log, metrics: counts, tracer }): Held {
    const database = new Database(settings.database, tracer)
    const stored = new Totals(database, settings)
    return {
      settings,
      database,
      totals: stored,
      folder: new Folder(stored, settings.foldSeconds, log),
      processes: new ProcessTable((work) => database.run(work)),
      metrics: counts,
      page: new Page(join(import.meta.dirname, 'assets', 'page.html')),
    }
  },
  async close({ database, folder }) {
    await folder.close()
    await database.close()
  },
  checks: { database: ({ database }) => database.ping() },
  database: ({ database }) => database,
  routes: {
    'GET /': charts,
    'GET /totals': totals,
    'GET /metrics': scrape,
    'POST /push': push,
  },
})
