import { existsSync, readFileSync } from 'node:fs'

import {
  configure,
  SettingsError,
  type Configuration,
  type Environment,
  type SettingsFile,
} from '../settings/configuration.ts'
import type { AnyDefinition } from '../function/definition.ts'
import { FunctionInstance } from '../function/instance.ts'
import { openLog, type Log } from './log.ts'
import { ProcessMetrics } from '../metrics/process-metrics.ts'
import { parseSettingsFile } from '../settings/settings-file.ts'
import type { RuntimeSettings } from '../settings/settings.ts'
import type { Pusher } from '../telemetry/pusher.ts'
import { startPushing } from '../telemetry/start-pushing.ts'
import { startTracing, type Tracing } from '../tracing/start-tracing.ts'

/** A function that has a process to itself. */
export interface Standalone {
  readonly instance: FunctionInstance
  readonly log: Log
  /** What keeps its counts, where anything does. */
  readonly pusher: Pusher | undefined
  /** Undefined where nothing is traced. */
  readonly tracing: Tracing | undefined
}

/**
 * Makes a function's instance from the environment and the settings file.
 * @throws SettingsError when they are wrong
 */
export async function standalone(definition: AnyDefinition, env: Environment = process.env): Promise<Standalone> {
  const { settings } = await configuration(definition, env)
  const tracing = startTracing(definition.name, settings.tracing, env, () => log.logger)
  const log = openLog(settings.logLevel, undefined, tracing && (() => tracing.tracer.logFields()))
  process.once('exit', () => log.flushSync())
  const revision = env['K_REVISION'] || undefined
  const metrics = new ProcessMetrics({ ...(revision !== undefined && { labels: { revision } }), ...settings.telemetry })
  const instance = new FunctionInstance(definition, settings, {
    log: log.logger,
    metrics,
    tracer: tracing?.tracer,
  })
  return { log, instance, pusher: startPushing(instance), tracing }
}

/** @throws SettingsError */
export async function configuration(
  definition: AnyDefinition,
  env: Environment = process.env,
): Promise<Configuration<RuntimeSettings>> {
  return configure(definition.name, definition.settings, { env, file: await settingsFile(env) })
}

/**
 * Reads the settings file that QUARTET_SETTINGS names, else quartet.yaml where it stands in the working directory.
 * @throws SettingsError
 */
export async function settingsFile(env: Environment): Promise<SettingsFile | undefined> {
  const named = env['QUARTET_SETTINGS'] || undefined
  const path = named ?? 'quartet.yaml'
  if (named === undefined && !existsSync(path)) return undefined
  return parseSettingsFile(path, readSource(path))
}

function readSource(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new SettingsError([
      { place: path, setting: 'QUARTET_SETTINGS', detail: `The file cannot be read: ${reason}` },
    ])
  }
}
