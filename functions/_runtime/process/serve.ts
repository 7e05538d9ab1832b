import { SettingsError } from '../settings/configuration.ts'
import type { QuartetFunction } from '../function/function.ts'
import { NodeHost } from '../host/node.ts'
import { warnOfRestart } from './restart.ts'
import { onSignals } from './signals.ts'
import { configuration, standalone } from './standalone.ts'

/**
 * Runs one function as this process, as its image does: listens, answers, reloads on SIGHUP, drains on SIGTERM.
 * @param codeCache what became of the bundle's code cache, for the log
 */
export async function serve({ definition }: QuartetFunction, codeCache?: string): Promise<void> {
  try {
    const { instance, log, pusher, tracing } = await standalone(definition)
    const { settings } = instance
    // Opening begins before listening, so that the two overlap; what fails is tried again by the first request.
    instance.open().catch((error: unknown) => log.logger.error({ err: error }, `${instance.name} did not open`))
    const host = new NodeHost(() => instance, settings, log.logger)
    const { address, port } = await host.listen(settings)
    const listeningAt = performance.now()
    instance.metrics.starts.ready(instance.name, listeningAt / 1000)
    if (tracing) tracing.tracer.listeningAt = listeningAt
    instance.log.info({ address, port, sinceSpawnMs: Math.round(listeningAt), codeCache }, 'listening')
    onSignals(log.logger, {
      async reload() {
        const { settings: next } = await configuration(definition)
        await instance.reload(next)
        host.limit(next.limits)
        log.logger.level = next.logLevel
        warnOfRestart(log.logger, settings, next)
      },
      async drain() {
        instance.drain()
        const cutOff = await host.drain(instance.settings.drain)
        // While what it may need is open, and now that nothing more will be counted.
        await pusher?.end()
        await instance.close()
        await tracing?.end()
        await log.flush()
        return cutOff
      },
    })
  } catch (error) {
    process.stderr.write(`${definition.name} cannot start.\n${explain(error)}\n`)
    process.exitCode = 1
  }
}

function explain(error: unknown): string {
  if (error instanceof SettingsError) return error.message
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}
