import type * as z from 'zod/mini'

import { Draft, isGroup } from './settings-draft.ts'
import { environmentName, leavesOf, type Leaf } from './settings-schema.ts'
import { RuntimeSettings } from './settings.ts'
import { validate } from '../request/validate.ts'

export type Environment = Readonly<Record<string, string | undefined>>

/** A settings file that was read: its values, and where in the file each stands. */
export interface SettingsFile {
  readonly values: Readonly<Record<string, unknown>>
  /** `quartet.yaml:7:12`: file, line and column of a setting. */
  readonly placeOf: (path: readonly string[]) => string
}

export interface SettingsSources {
  readonly env: Environment
  readonly file?: SettingsFile | undefined
  /** What the caller sets unless the file or the environment does; what is not a setting of the function is ignored. */
  readonly preset?: Readonly<Record<string, unknown>>
}

interface Flaw {
  readonly path: readonly PropertyKey[]
  readonly message: string
}

/** One wrong setting. */
export interface Finding {
  /** `quartet.yaml:7:12`, `environment PORT`, or where it could be set when it is missing. */
  readonly place: string
  readonly setting: string
  readonly detail: string
}

export class SettingsError extends Error {
  readonly findings: readonly Finding[]

  constructor(findings: readonly Finding[]) {
    super(findings.map(({ place, setting, detail }) => `${place}: ${setting}: ${detail}`).join('\n'))
    this.name = 'SettingsError'
    this.findings = findings
  }
}

export interface EffectiveSetting {
  readonly path: readonly string[]
  readonly value: unknown
  readonly origin: string
}

export interface Configuration<Settings> {
  readonly settings: Settings
  /** Every setting with its value, secrets masked, and where it came from. */
  readonly effective: readonly EffectiveSetting[]
}

/** Settings that every function has; at the top of the file and without a prefix in the environment they hold for all. */
export const sharedKeys: ReadonlySet<string> = new Set([...Object.keys(RuntimeSettings.shape), 'database'])

const maskedValue = '***'

/**
 * Finds a function's settings. Later wins: default, preset, file, the file's section for the function, environment,
 * environment with the function's name as prefix.
 * @throws SettingsError with every finding
 */
export function configure<Schema extends z.core.$ZodType>(
  functionName: string,
  schema: Schema,
  sources: SettingsSources,
): Configuration<z.output<Schema>> {
  const leaves = leavesOf(schema)
  const draft = new Draft()
  const known = new Set(leaves.map(({ path }) => path[0] ?? ''))
  draft.merge(pick(sources.preset ?? {}, known), () => 'preset')
  const findings = sources.file ? mergeFile(draft, functionName, known, sources.file) : []
  for (const leaf of leaves) mergeEnvironment(draft, functionName, leaf, sources.env)
  const result = validate(schema, draft.values)
  if (!result.success) findings.push(...result.flaws.map((flaw) => findingOf(flaw, functionName, leaves, draft)))
  if (!result.success || findings.length > 0) throw new SettingsError(findings)
  return { settings: result.value, effective: leaves.flatMap((leaf) => effectiveSettings(leaf, result.value, draft)) }
}

function findingOf({ path, message }: Flaw, functionName: string, leaves: readonly Leaf[], draft: Draft): Finding {
  const keys = path.map(String)
  // What is wrong may be in a text that came as a whole.
  const leaf = leaves.find((each) => each.path.every((key, index) => key === keys[index]))
  const origin = draft.originOf(keys) ?? draft.originOf(leaf?.path ?? [])
  const place = origin ?? `set ${variableName(functionName, keys)}`
  return { place, setting: keys.join('.'), detail: message }
}

/** The environment variable that sets a setting. */
function variableName(functionName: string, path: readonly string[]): string {
  return environmentName(sharedKeys.has(path[0] ?? '') ? path : [functionName, ...path])
}

function mergeFile(
  draft: Draft,
  functionName: string,
  known: ReadonlySet<string>,
  { values, placeOf }: SettingsFile,
): Finding[] {
  draft.merge(pick(values, sharedKeys.intersection(known)), placeOf)
  const own = values[functionName]
  if (own === undefined || own === null) return []
  if (!isGroup(own))
    return [{ place: placeOf([functionName]), setting: functionName, detail: 'Expected a group of settings' }]
  draft.merge(own, (path) => placeOf([functionName, ...path]))
  return []
}

function mergeEnvironment(draft: Draft, functionName: string, leaf: Leaf, env: Environment): void {
  const own = environmentName([functionName, ...leaf.path])
  const names = [own]
  if (sharedKeys.has(leaf.path[0] ?? '')) names.unshift(environmentName(leaf.path))
  if (leaf.variable !== undefined) names.unshift(leaf.variable)
  for (const name of names) {
    if (leaf.type === 'record') mergeRecord(draft, leaf, name, env)
    const value = env[name]
    if (value === undefined || value === '' || (name === own && isServiceLink(value))) continue
    draft.set(leaf.path, coerce(value, leaf.type), `environment ${name}`)
  }
}

/**
 * Kubernetes sets CONFIGS_PORT=tcp://10.0.0.1:80 in every pod beside a Service named configs; it is no setting of ours.
 * https://kubernetes.io/docs/concepts/services-networking/service/#environment-variables
 */
function isServiceLink(value: string): boolean {
  return /^(tcp|udp|sctp):\/\//.test(value)
}

/** HEALTH_TARGETS_CONFIGS is the entry `configs` of the record health.targets. */
function mergeRecord(draft: Draft, leaf: Leaf, name: string, env: Environment): void {
  const prefix = `${name}_`
  for (const [variable, value] of Object.entries(env)) {
    if (!variable.startsWith(prefix) || value === undefined || value === '') continue
    draft.set([...leaf.path, variable.slice(prefix.length).toLowerCase()], value, `environment ${variable}`)
  }
}

function pick(values: Readonly<Record<string, unknown>>, keys: ReadonlySet<string>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).filter(([key]) => keys.has(key)))
}

/** Environment variables are text; what does not look like the wanted type stays text, for the schema to refuse. */
function coerce(value: string, type: string): unknown {
  if (type === 'number' && value.trim() !== '' && Number.isFinite(Number(value))) return Number(value)
  if (type === 'boolean' && (value === 'true' || value === 'false')) return value === 'true'
  return value
}

function effectiveSettings(leaf: Leaf, settings: unknown, draft: Draft): EffectiveSetting[] {
  const value = leaf.path.reduce<unknown>((at, key) => (isGroup(at) ? at[key] : undefined), settings)
  if (value === undefined) return []
  const effective = (path: readonly string[], shown: unknown): EffectiveSetting => {
    return { path, value: leaf.isSecret ? maskedValue : shown, origin: draft.originOf(path) ?? 'default' }
  }
  if (leaf.type !== 'record' || !isGroup(value)) return [effective(leaf.path, value)]
  return Object.entries(value).map(([key, entry]) => effective([...leaf.path, key], entry))
}
