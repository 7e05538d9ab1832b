import { validate } from '../../functions/_runtime/request/validate.ts'
import { SettingsError, type Finding, type SettingsFile } from '../../functions/_runtime/settings/configuration.ts'
import { Draft } from '../../functions/_runtime/settings/settings-draft.ts'
import { flags } from './flags.ts'
import { Options } from './options.ts'

/** What the command line has said, by the names that commander gives its options. */
export type CommandLine = Readonly<Record<string, unknown>>

/**
 * Puts together what a file and the command line say; the command line stands over the file.
 * @throws SettingsError with all that is wrong, and where it stands
 */
export function givenOptions(commandLine: CommandLine, file?: SettingsFile): Options {
  const draft = new Draft()
  if (file !== undefined) draft.merge(file.values, file.placeOf)
  for (const { flag, path, isNumber } of flags) {
    const given = commandLine[camelCase(flag)]
    if (typeof given === 'string') draft.set(path, isNumber ? numberOrText(given) : given, `option ${flag}`)
  }
  const { env = [], analysis } = commandLine
  for (const variable of env as readonly string[]) {
    const [name = '', ...value] = variable.split('=')
    draft.set(['env', name], value.join('='), 'option --env')
  }
  if (analysis === false) draft.set(['analysis', 'when'], [], 'option --no-analysis')
  const result = validate(Options, draft.values)
  const findings = result.success ? [] : result.flaws.map((flaw) => findingOf(flaw, draft))
  if (result.success) findings.push(...missing(result.value))
  if (!result.success || findings.length > 0) throw new SettingsError(findings)
  return result.value
}

interface Flaw {
  readonly path: readonly PropertyKey[]
  readonly message: string
}

function findingOf({ path, message }: Flaw, draft: Draft): Finding {
  const keys = path.map(String)
  return { place: originOf(keys, draft), setting: keys.join('.'), detail: message }
}

/** Where an option was given, or the closest around it: what is in a list has no place of its own. */
function originOf(path: readonly string[], draft: Draft): string {
  for (let end = path.length; end > 0; end -= 1) {
    const origin = draft.originOf(path.slice(0, end))
    if (origin !== undefined) return origin
  }
  return 'option'
}

/** A metric that nobody can measure is found before anything is changed. */
function missing({ analysis, image, env }: Options): Finding[] {
  const isNew = image !== undefined || Object.keys(env).length > 0
  if (!isNew || analysis.when.length === 0 || analysis.prometheus !== undefined) return []
  const detail = 'Give the address of a Prometheus, or --no-analysis to promote whatever becomes ready'
  return [{ place: 'option --prometheus', setting: 'analysis.prometheus', detail }]
}

function numberOrText(text: string): number | string {
  return text.trim() !== '' && Number.isFinite(Number(text)) ? Number(text) : text
}

function camelCase(flag: string): string {
  return flag.slice(2).replaceAll(/-([a-z])/g, (_, letter: string) => letter.toUpperCase())
}
