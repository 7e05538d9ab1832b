import {
  configure,
  SettingsError,
  sharedKeys,
  type EffectiveSetting,
  type Environment,
  type Finding,
  type SettingsFile,
} from '../functions/_runtime/configuration.ts'
import { functions } from '../functions/list.ts'
import { poolFindings } from './pool-sizes.ts'

export type EffectiveSettings = ReadonlyMap<string, readonly EffectiveSetting[]>

/** Stands for the database of a file that names none: its address is a secret and comes from the environment. */
const unnamedDatabase = { database: { url: 'postgres://' } }

/**
 * Finds the effective settings of every function.
 * @throws SettingsError with all that is wrong in any of them
 */
export async function effectiveSettings(file: SettingsFile, env: Environment): Promise<EffectiveSettings> {
  const findings: Finding[] = unknownSections(file)
  const effective = new Map<string, readonly EffectiveSetting[]>()
  for (const { definition } of await Promise.all(Object.values(functions).map((load) => load()))) {
    try {
      const configuration = configure(definition.name, definition.settings, { env, file, preset: unnamedDatabase })
      effective.set(definition.name, configuration.effective)
    } catch (error) {
      if (!(error instanceof SettingsError)) throw error
      findings.push(...error.findings)
    }
  }
  findings.push(...poolFindings(effective))
  if (findings.length > 0) throw new SettingsError(withoutRepeats(findings))
  return effective
}

/** A line for each setting: its value, and where it comes from. */
export function settingsTable(effective: EffectiveSettings): string {
  const rows = [...effective].flatMap(([name, settings]) => {
    return settings.map(({ path, value, origin }) => {
      const isUnnamed = path.join('.') === 'database.url' && origin === 'preset'
      return [name, path.join('.'), isUnnamed ? '' : display(value), isUnnamed ? 'to be set: DATABASE_URL' : origin]
    })
  })
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  return rows.map((row) => `${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}\n`).join('')
}

function display(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}

function unknownSections(file: SettingsFile): Finding[] {
  const known = [...sharedKeys, ...Object.keys(functions)]
  const unknown = Object.keys(file.values).filter((key) => !known.includes(key))
  return unknown.map((key) => {
    return { place: file.placeOf([key]), setting: key, detail: `Unrecognized key. There are: ${known.join(', ')}` }
  })
}

/** A shared setting that is wrong is wrong for every function; once is enough. */
function withoutRepeats(findings: readonly Finding[]): Finding[] {
  const byText = new Map(findings.map((each) => [`${each.place} ${each.setting} ${each.detail}`, each]))
  return [...byText.values()]
}
