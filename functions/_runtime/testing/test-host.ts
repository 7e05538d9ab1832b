import { configure, type Environment } from '../settings/configuration.ts'
import type { QuartetFunction } from '../function/function.ts'
import { NodeHost } from '../host/node.ts'
import { FunctionInstance } from '../function/instance.ts'
import { openLog } from '../process/log.ts'
import { ProcessMetrics } from '../metrics/process-metrics.ts'
import { LogLines } from './log-lines.ts'
import { startTracing } from '../tracing/start-tracing.ts'

/** A function on the host of production, in this process, on a port of its own. */
export interface TestHost {
  readonly port: number
  readonly host: NodeHost
  readonly instance: FunctionInstance
  readonly log: LogLines
  readonly metrics: ProcessMetrics
  stop(): Promise<void>
}

/** @param settings as a settings file would have them */
export async function startHost(
  { definition }: QuartetFunction,
  settings: Readonly<Record<string, unknown>> = {},
  env: Environment = {},
): Promise<TestHost> {
  const preset = { host: '127.0.0.1', port: 0, ...settings }
  const configured = configure(definition.name, definition.settings, { env, preset })
  const log = new LogLines()
  const tracing = startTracing(definition.name, configured.settings.tracing, env, () => logger)
  const fields = tracing && (() => tracing.tracer.logFields())
  const { logger } = openLog(configured.settings.logLevel, log, fields)
  const metrics = new ProcessMetrics()
  const surroundings = { log: logger, metrics, tracer: tracing?.tracer }
  const instance = new FunctionInstance(definition, configured.settings, surroundings)
  const host = new NodeHost(() => instance, configured.settings, logger)
  const { port } = await host.listen(configured.settings)
  const stop = async (): Promise<void> => {
    await host.drain({ listenMs: 0, idleMs: 0, timeoutMs: 1 })
    await instance.close()
    await tracing?.end()
  }
  return { port, host, instance, log, metrics, stop }
}
