import { DatabaseSettings } from '../settings/database-settings.ts'
import { Database } from '../postgres/postgres.ts'
import { ProcessTable } from './process-table.ts'
import type { Sink } from './push.ts'
import * as z from 'zod/mini'

/** Pushes to a database that the function does not use otherwise, on one connection. */
export function postgresSink(url: string, timeoutMs: number): Sink {
  const settings = z.parse(DatabaseSettings, {
    url,
    poolSize: 1,
    connectTimeoutMs: timeoutMs,
    queryTimeoutMs: timeoutMs,
  })
  const database = new Database(settings)
  const table = new ProcessTable((work) => database.run(work))
  return { push: (push) => table.push(push), close: () => database.close() }
}
