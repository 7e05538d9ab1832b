import { readFileSync } from 'node:fs'
import { basename } from 'node:path'

import { Command } from 'commander'

import { SettingsError } from '../../functions/_runtime/configuration.ts'
import { parseSettingsFile } from '../../functions/_runtime/settings-file.ts'
import { finding } from '../exit-codes.ts'
import { effectiveSettings, settingsTable } from '../settings-report.ts'

export function parseCommand(): Command {
  return new Command('parse')
    .argument('<file>', 'a settings file, such as quartet.yaml')
    .description('Print the effective settings of every function and where each comes from, or everything wrong with them.')
    .addHelpText(
      'after',
      `
Environment variables stand over the file, as they do when a function starts. Secrets are masked.

Examples:
  quartet parse quartet.yaml
  PREDICT_LIMITS_IN_FLIGHT=200 quartet parse quartet.yaml`,
    )
    .action(async (path: string) => {
      try {
        const file = await parseSettingsFile(basename(path), readFileSync(path, 'utf8'))
        process.stdout.write(settingsTable(await effectiveSettings(file, process.env)))
      } catch (error) {
        process.stderr.write(`${explain(path, error)}\n`)
        process.exitCode = finding
      }
    })
}

function explain(path: string, error: unknown): string {
  if (error instanceof SettingsError) return error.message
  return `${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`
}
