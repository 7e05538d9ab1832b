import { Argument, Command } from 'commander'

import { SettingsError } from '../../functions/_runtime/settings/configuration.ts'
import { functions, type FunctionName } from '../../functions/list.ts'
import { finding } from '../exit-codes.ts'
import { startLocally } from '../local/start-locally.ts'
import { reasonOf } from '../reason.ts'

export function startCommand(): Command {
  const names = Object.keys(functions)
  return new Command('start')
    .addArgument(new Argument('[function...]', 'which functions to serve').choices(names).default(names, 'all'))
    .description('Serve functions on this machine, at one address.')
    .addHelpText(
      'after',
      `
Without DATABASE_URL, a PostgreSQL of its own keeps its data in .quartet/ between runs. The database is migrated first.
Settings are read from quartet.yaml where it stands in this folder (QUARTET_SETTINGS names another), and from the
environment. SIGHUP reads them again. Ctrl-C ends after the requests in flight, and a second one at once.

Examples:
  quartet start
  quartet start predict
  PORT=9000 DATABASE_URL=postgres://user:password@localhost/quartet quartet start configs`,
    )
    .action(async (chosen: FunctionName[]) => {
      try {
        await startLocally(chosen)
      } catch (error) {
        process.stderr.write(`${explain(error)}\n`)
        process.exitCode = finding
      }
    })
}

function explain(error: unknown): string {
  if (error instanceof SettingsError) return `The settings are wrong.\n${error.message}`
  if (isSystemError(error) && error.code === 'EADDRINUSE') {
    return `Port ${error.port} is in use. Set PORT to another, or end what uses it.`
  }
  return reasonOf(error)
}

function isSystemError(error: unknown): error is Error & { readonly code: string; readonly port?: number } {
  return error instanceof Error && 'code' in error
}
