import { readFileSync } from 'node:fs'

import { Command } from 'commander'

import { SettingsError } from '../../functions/_runtime/settings/configuration.ts'
import { parseSettingsFile } from '../../functions/_runtime/settings/settings-file.ts'
import { finding } from '../exit-codes.ts'
import { connectionDemand } from '../pool-sizes.ts'
import { reasonOf } from '../reason.ts'
import { effectiveSettings, type EffectiveSettings } from '../settings-report.ts'
import { settingsTable } from '../settings-table.ts'

export function parseCommand(): Command {
  return new Command('parse')
    .argument('<file>', 'a settings file, such as quartet.yaml')
    .description(
      'Print the effective settings of every function and where each comes from, or everything wrong with them.',
    )
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
        const file = await parseSettingsFile(path, readFileSync(path, 'utf8'))
        process.stdout.write(report(await effectiveSettings({ env: process.env, file })))
      } catch (error) {
        process.stderr.write(`${explain(path, error)}\n`)
        process.exitCode = finding
      }
    })
}

function report(effective: EffectiveSettings): string {
  const demand = connectionDemand(effective)
  const table = settingsTable(effective)
  return demand
    ? `${table}\nAt full scale ${demand.sum} take ${demand.needed} of ${demand.available} connections.\n`
    : table
}

function explain(path: string, error: unknown): string {
  if (!(error instanceof SettingsError)) return `${path} cannot be read: ${reasonOf(error)}`
  const count = error.findings.length
  return `${error.message}\n${count === 1 ? '1 setting is' : `${count} settings are`} wrong.`
}
