import { onSignals } from '../../functions/_runtime/signals.ts'
import { openLog } from '../../functions/_runtime/log.ts'
import { settingsFile } from '../../functions/_runtime/standalone.ts'
import { functions, type FunctionName } from '../../functions/list.ts'
import { migrateFunctions } from '../migrate-functions.ts'
import { banner } from './banner.ts'
import { databaseFor } from './database.ts'
import { LocalServer, serverSettings, type Sources } from './local-server.ts'

/**
 * Serves functions until a signal ends the process.
 * @throws SettingsError, or what kept the server from starting; nothing is left running then
 */
export async function startLocally(names: readonly FunctionName[]): Promise<void> {
  const { env } = process
  const file = await settingsFile(env)
  const settings = await serverSettings(env, file)
  const chosen = await Promise.all(names.map((name) => functions[name]()))
  const log = openLog(settings.logLevel)
  const database = await databaseFor(chosen, env, file)
  try {
    const sources: Sources = { env, file, databaseUrl: database?.embeddedUrl }
    const server = new LocalServer(chosen, settings, sources, log)
    if (database) await migrateFunctions(database.url, names)
    await server.listen()
    onSignals(log.logger, {
      reload: async () => server.reload({ ...sources, file: await settingsFile(env) }),
      async drain() {
        const cutOff = await server.drain()
        await database?.stop()
        return cutOff
      },
    })
    process.stdout.write(banner(chosen, settings, database?.place))
  } catch (error) {
    await database?.stop()
    throw error
  }
}
