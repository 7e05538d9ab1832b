import { Command } from 'commander'

import { finding } from '../exit-codes.ts'
import { migrateFunctions } from '../migrate-functions.ts'
import { functions } from '../../functions/list.ts'

export function migrateCommand(): Command {
  return new Command('migrate')
    .description('Bring the database that DATABASE_URL names up to date.')
    .addHelpText(
      'after',
      `
Runs the numbered .sql files of each function that have not been run yet, in order, each in a transaction.
Several at once wait for each other. \`quartet start\` does this by itself.

Example:
  DATABASE_URL=postgres://user:password@localhost:5432/quartet quartet migrate`,
    )
    .action(async () => {
      const url = process.env['DATABASE_URL']
      if (!url) {
        process.stderr.write('No database is named. Set DATABASE_URL to postgres://user:password@host:port/database.\n')
        process.exitCode = finding
        return
      }
      try {
        const ran = await migrateFunctions(url, Object.keys(functions))
        process.stdout.write(ran.length > 0 ? ran.map((name) => `ran ${name}\n`).join('') : 'The database is up to date.\n')
      } catch (error) {
        process.stderr.write(`The database was not migrated: ${error instanceof Error ? error.message : String(error)}\n`)
        process.exitCode = finding
      }
    })
}
