import {
  configure,
  SettingsError,
  sharedKeys,
  type EffectiveSetting,
  type Finding,
  type SettingsFile,
} from '../functions/_runtime/settings/configuration.ts'
import { functions } from '../functions/list.ts'
import { requiresDatabase, unnamedDatabase, type Sources } from './database-urls.ts'
import { poolFindings } from './pool-sizes.ts'

export type EffectiveSettings = ReadonlyMap<string, readonly EffectiveSetting[]>

/**
 * Finds the effective settings of every function.
 * @throws SettingsError with all that is wrong in any of them, in the order of the file
 */
export async function effectiveSettings({ env, file }: Sources): Promise<EffectiveSettings> {
  const findings: Finding[] = file ? unknownSections(file) : []
  const effective = new Map<string, readonly EffectiveSetting[]>()
  // The address of a database is a secret and comes from the environment, which may be another one than here.
  const named = { database: { url: unnamedDatabase } }
  for (const each of await Promise.all(Object.values(functions).map((load) => load()))) {
    const { definition } = each
    const preset = requiresDatabase(each) ? named : {}
    try {
      effective.set(definition.name, configure(definition.name, definition.settings, { env, file, preset }).effective)
    } catch (error) {
      if (!(error instanceof SettingsError)) throw error
      findings.push(...error.findings)
    }
  }
  findings.push(...poolFindings(effective))
  if (findings.length > 0) throw new SettingsError(inOrder(withoutRepeats(findings)))
  return effective
}

/** Finds what stands at the top of a file and belongs to no function. */
export function unknownSections(file: SettingsFile): Finding[] {
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

function inOrder(findings: readonly Finding[]): Finding[] {
  return findings.toSorted((one, other) => one.place.localeCompare(other.place, 'en', { numeric: true }))
}
