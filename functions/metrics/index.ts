import { defineFunction } from '../_runtime/function/function.ts'
import { Database } from '../_runtime/postgres/postgres.ts'
import { ProcessTable } from '../_runtime/telemetry/process-table.ts'
import { Folder } from './folder.ts'
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
  open({ settings, log, metrics: counts }): Held {
    const database = new Database(settings.database)
    const totals = new Totals(database, settings)
    return {
      settings,
      database,
      totals,
      folder: new Folder(totals, settings.foldSeconds, log),
      processes: new ProcessTable((work) => database.run(work)),
      metrics: counts,
    }
  },
  async close({ database, folder }) {
    await folder.close()
    await database.close()
  },
  checks: { database: ({ database }) => database.ping() },
  database: ({ database }) => database,
  routes: {
    'GET /metrics': scrape,
    'POST /push': push,
  },
})
