import { SettingsError } from '../settings/configuration.ts'
import type { FunctionInstance } from '../function/instance.ts'
import type { RuntimeSettings } from '../settings/settings.ts'
import { httpSink } from './http-sink.ts'
import { ProcessTable, type RunQuery } from './process-table.ts'
import type { Sink } from './push.ts'
import { Pusher } from './pusher.ts'

/**
 * Has the counts of an instance's process kept, where its settings say.
 * @throws SettingsError when they say a place, and not where that is
 */
export function startPushing({ name, settings, metrics, log, database }: FunctionInstance): Pusher | undefined {
  const { telemetry } = settings
  const sink = sinkOf(name, telemetry, database)
  if (!sink) return undefined
  const pusher = new Pusher(metrics, sink, telemetry, log)
  pusher.start()
  return pusher
}

function sinkOf(
  name: string,
  telemetry: RuntimeSettings['telemetry'],
  database: RunQuery | undefined,
): Sink | undefined {
  const { databaseUrl, url, token, timeoutMs } = telemetry
  const hasDatabase = databaseUrl !== undefined || database !== undefined
  const { sink = hasDatabase ? 'postgres' : url === undefined ? 'none' : 'http' } = telemetry
  if (sink === 'none') return undefined
  if (sink === 'http') {
    if (url === undefined) throw missing('telemetry.url', 'TELEMETRY_URL', `The counts of ${name} are pushed by HTTP`)
    return httpSink({ url, token, timeoutMs })
  }
  if (databaseUrl !== undefined) return ownDatabase(databaseUrl, timeoutMs)
  if (database !== undefined) return sharedDatabase(database)
  throw missing('telemetry.databaseUrl', 'TELEMETRY_DATABASE_URL', `${name} has no database of its own`)
}

function sharedDatabase(run: RunQuery): Sink {
  const table = new ProcessTable(run)
  return { push: (push) => table.push(push), close: () => Promise.resolve() }
}

/** The driver is loaded when something is pushed: functions without a database need it for nothing else. */
function ownDatabase(url: string, timeoutMs: number): Sink {
  let opened: Promise<Sink> | undefined
  const open = (): Promise<Sink> => {
    opened ??= import('./postgres-sink.ts').then(({ postgresSink }) => postgresSink(url, timeoutMs))
    return opened
  }
  return {
    push: async (push) => (await open()).push(push),
    close: async () => (await opened)?.close(),
  }
}

function missing(setting: string, variable: string, reason: string): SettingsError {
  return new SettingsError([{ place: `set ${variable}`, setting, detail: `${reason}, and it is not said where.` }])
}
