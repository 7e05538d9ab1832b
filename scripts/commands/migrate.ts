import { Command } from 'commander'

import { SettingsError } from '../../functions/_runtime/settings/configuration.ts'
import { settingsFile } from '../../functions/_runtime/process/standalone.ts'
import { functions } from '../../functions/list.ts'
import { databaseUrls } from '../database-urls.ts'
import { finding } from '../exit-codes.ts'
import { hasMigrations, migrateFunctions } from '../migrate-functions.ts'
import { reasonOf } from '../reason.ts'

export function migrateCommand(): Command {
  return new Command('migrate')
    .description('Bring the database that DATABASE_URL names up to date.')
    .option('--roles', 'make a database role for each function too, which may do what it needs', false)
    .addHelpText(
      'after',
      `
Runs the numbered .sql files of each function that have not been run yet, in order, each in a transaction.
Several at once wait for each other. \`quartet start\` does this by itself. With --roles there are the roles
quartet_configs, quartet_health, quartet_metrics and quartet_counts then, of which the functions' users can be members.

Examples:
  DATABASE_URL=postgres://user:password@localhost:5432/quartet quartet migrate
  QUARTET_SETTINGS=quartet.yaml quartet migrate
  DATABASE_URL=postgres://owner:password@localhost:5432/quartet quartet migrate --roles`,
    )
    .action(async ({ roles }: { readonly roles: boolean }) => {
      try {
        const ran = await migrateAll(roles)
        process.stdout.write(
          ran.length > 0 ? ran.map((name) => `ran ${name}\n`).join('') : 'The database is up to date.\n',
        )
      } catch (error) {
        process.stderr.write(`${explain(error)}\n`)
        process.exitCode = finding
      }
    })
}

async function migrateAll(roles: boolean): Promise<string[]> {
  const { env } = process
  const migrated = Object.entries(functions).filter(([name]) => hasMigrations(name))
  const loaded = await Promise.all(migrated.map(([, load]) => load()))
  return migrateFunctions(databaseUrls(loaded, { env, file: await settingsFile(env) }), { roles })
}

function explain(error: unknown): string {
  return error instanceof SettingsError ? `The settings are wrong.\n${error.message}` : reasonOf(error)
}
