import { SettingsError, type SettingsFile } from '../../functions/_runtime/settings/configuration.ts'
import { openLog } from '../../functions/_runtime/process/log.ts'
import { onSignals } from '../../functions/_runtime/process/signals.ts'
import { settingsFile } from '../../functions/_runtime/process/standalone.ts'
import { functions, type FunctionName } from '../../functions/list.ts'
import { databaseUrls } from '../database-urls.ts'
import { migrateFunctions } from '../migrate-functions.ts'
import { unknownSections } from '../settings-report.ts'
import { publicAddress } from './address.ts'
import { banner } from './banner.ts'
import { databaseFor } from './database.ts'
import { LocalServer, serverSettings } from './local-server.ts'

/**
 * Serves functions until a signal ends the process.
 * @throws SettingsError, or what kept the server from starting; nothing is left running then
 */
export async function startLocally(names: readonly FunctionName[]): Promise<void> {
  const { env } = process
  const file = await checkedFile()
  const settings = await serverSettings({ env, file })
  const chosen = await Promise.all(names.map((name) => functions[name]()))
  const log = openLog(settings.logLevel)
  process.once('exit', () => log.flushSync())
  let server: LocalServer | undefined
  let isEnding = false
  const starting = databaseFor(chosen, { env, file })
  // What keeps it from starting is said below, and leaves nothing to stop.
  const stopDatabase = async (): Promise<void> => (await starting.catch(() => undefined))?.stop()
  // From here on there is something to end, so a signal may come.
  onSignals(log.logger, {
    async reload() {
      await server?.reload({ env, file: await checkedFile(), databaseUrl: (await starting)?.embeddedUrl })
    },
    async drain() {
      isEnding = true
      const cutOff = (await server?.drain()) ?? 0
      await stopDatabase()
      return cutOff
    },
    abandon: stopDatabase,
  })
  const database = await starting
  if (isEnding) return
  try {
    const databaseUrl = database?.embeddedUrl
    server = new LocalServer(chosen, settings, { env, file, databaseUrl }, log)
    await migrateFunctions(databaseUrls(chosen, { env, file }, databaseUrl))
    if (isEnding) return
    await server.listen()
    process.stdout.write(banner(chosen, publicAddress(settings), database?.place))
  } catch (error) {
    await database?.stop()
    // A migration fails when its database is stopped.
    if (!isEnding) throw error
  }
}

async function checkedFile(): Promise<SettingsFile | undefined> {
  const file = await settingsFile(process.env)
  const findings = file ? unknownSections(file) : []
  if (findings.length > 0) throw new SettingsError(findings)
  return file
}
