import { join } from 'node:path'

import { migratedDatabase, type TestDatabase } from '../../_runtime/testing/database.ts'
import { startHost, type TestHost } from '../../_runtime/testing/test-host.ts'
import { startPushing } from '../../_runtime/telemetry/start-pushing.ts'
import { metrics } from '../index.ts'

export const migrations = join(import.meta.dirname, '..', 'migrations')

/** The metrics function at work, keeping its own counts too. */
export interface OpenMetrics extends TestHost {
  readonly url: string
  /** Ends as a process does on SIGTERM. */
  end(): Promise<void>
}

export function metricsDatabase(): Promise<TestDatabase> {
  return migratedDatabase('metrics', migrations)
}

/** @param settings as a settings file would have them */
export async function openMetrics(
  databaseUrl: string,
  settings: Readonly<Record<string, unknown>> = {},
): Promise<OpenMetrics> {
  const host = await startHost(metrics, { database: { url: databaseUrl }, ...settings })
  const pusher = startPushing(host.instance)
  const end = async (): Promise<void> => {
    await pusher?.end()
    await host.stop()
  }
  return { ...host, url: `http://127.0.0.1:${host.port}`, end }
}
