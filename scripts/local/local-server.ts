import { configure } from '../../functions/_runtime/settings/configuration.ts'
import type { QuartetFunction } from '../../functions/_runtime/function/function.ts'
import { NodeHost } from '../../functions/_runtime/host/node.ts'
import { FunctionInstance } from '../../functions/_runtime/function/instance.ts'
import type { Log } from '../../functions/_runtime/process/log.ts'
import { ProcessMetrics } from '../../functions/_runtime/metrics/process-metrics.ts'
import { warnOfRestart } from '../../functions/_runtime/process/restart.ts'
import { RuntimeSettings } from '../../functions/_runtime/settings/settings.ts'
import type { Pusher } from '../../functions/_runtime/telemetry/pusher.ts'
import { startPushing } from '../../functions/_runtime/telemetry/start-pushing.ts'
import { startTracing, type Tracing } from '../../functions/_runtime/tracing/start-tracing.ts'
import type { Sources } from '../database-urls.ts'
import { ownAddress } from './address.ts'
import { freePort } from './free-port.ts'
import { siteOf } from './site.ts'
import { startPageOf } from './start-page.ts'

interface LocalSources extends Sources {
  /** Of the embedded server, where the settings name no other. */
  readonly databaseUrl: string | undefined
}

/** All functions in this process, behind one address. */
export class LocalServer {
  readonly settings: RuntimeSettings
  readonly #instances: readonly FunctionInstance[]
  readonly #functions: readonly QuartetFunction[]
  readonly #start: FunctionInstance
  readonly #host: NodeHost
  readonly #log: Log
  readonly #tracings: Tracing[] = []
  #pusher: Pusher | undefined

  /** @throws SettingsError */
  constructor(functions: readonly QuartetFunction[], settings: RuntimeSettings, sources: LocalSources, log: Log) {
    this.settings = settings
    this.#functions = functions
    this.#log = log
    const surroundings = { log: log.logger, metrics: new ProcessMetrics(settings.telemetry) }
    this.#instances = functions.map(({ definition }) => {
      const own = this.#configure({ definition }, sources)
      // Each is a service of its own, as it is where it has a process to itself.
      const tracing = startTracing(definition.name, own.tracing, {}, () => log.logger)
      if (tracing) this.#tracings.push(tracing)
      return new FunctionInstance(definition, own, { ...surroundings, tracer: tracing?.tracer })
    })
    this.#start = new FunctionInstance(startPageOf(functions).definition, settings, surroundings)
    this.#host = new NodeHost(siteOf(this.#start, this.#instances), settings, log.logger)
  }

  /** @throws the system's error when the address is taken */
  async listen(): Promise<void> {
    await this.#host.listen(this.settings)
    // One process has one place for its counts, which is where the totals are made.
    const keeper = this.#instances.find(({ name }) => name === 'metrics')
    this.#pusher = keeper && startPushing(keeper)
    for (const instance of this.#instances) {
      instance.open().catch((error: unknown) => instance.log.error({ err: error }, 'did not open'))
    }
  }

  /** @throws SettingsError, and nothing has changed; what a function throws that cannot open, and others have changed */
  async reload(sources: LocalSources): Promise<void> {
    const own = ownSettings(sources)
    const next = this.#functions.map((each) => this.#configure(each, sources))
    await Promise.all(next.map(async (settings, index) => this.#instances[index]?.reload(settings)))
    await this.#start.reload(own)
    this.#host.limit(own.limits)
    this.#log.logger.level = own.logLevel
    warnOfRestart(this.#log.logger, this.settings, own)
  }

  /** @returns how many connections had to be cut off */
  async drain(): Promise<number> {
    for (const instance of this.#instances) instance.drain()
    // Nobody routes here but the user who ends it: there is nothing to wait for before the listener goes.
    const cutOff = await this.#host.drain({ ...this.#start.settings.drain, listenMs: 0 })
    await this.#pusher?.end()
    await Promise.all(this.#instances.map((instance) => instance.close()))
    await Promise.all(this.#tracings.map((tracing) => tracing.end()))
    await this.#log.flush()
    return cutOff
  }

  #configure({ definition }: Pick<QuartetFunction, 'definition'>, sources: LocalSources): RuntimeSettings {
    const origin = ownAddress(this.settings)
    const targets = Object.fromEntries(
      this.#functions.map(({ definition: { name } }) => [name, `${origin}/functions/${name}`]),
    )
    const preset = { targets, database: { url: sources.databaseUrl } }
    return configure(definition.name, definition.settings, { ...sources, preset }).settings
  }
}

/**
 * The settings of the server itself: on this machine only, unless told otherwise.
 * @throws SettingsError
 */
export async function serverSettings(sources: Sources): Promise<RuntimeSettings> {
  const settings = ownSettings(sources)
  return { ...settings, port: settings.port === 0 ? await freePort() : settings.port }
}

function ownSettings(sources: Sources): RuntimeSettings {
  return configure('start', RuntimeSettings, { ...sources, preset: { host: '127.0.0.1' } }).settings
}
