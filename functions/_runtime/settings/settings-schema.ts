import type * as z from 'zod/mini'

import { secrets, variables } from './registries.ts'

/** One setting that has a value, not a group of settings. */
export interface Leaf {
  readonly path: readonly string[]
  /** What zod calls it: string, number, boolean, enum ... or record, for settings whose names the user chooses. */
  readonly type: string
  readonly isSecret: boolean
  /** The environment variable by which it is known elsewhere. */
  readonly variable: string | undefined
}

/** Lists the settings that a schema has. */
export function leavesOf(schema: z.core.$ZodType, path: readonly string[] = []): Leaf[] {
  const def = (schema as z.core.$ZodTypes)._zod.def
  if ('innerType' in def) return leavesOf(def.innerType, path)
  if (def.type === 'object') return Object.entries(def.shape).flatMap(([key, value]) => leavesOf(value, [...path, key]))
  return [{ path, type: def.type, isSecret: secrets.has(schema), variable: variables.get(schema)?.variable }]
}

/** `['limits', 'inFlight']` is LIMITS_IN_FLIGHT. */
export function environmentName(path: readonly string[]): string {
  return path.map((key) => key.replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2').toUpperCase()).join('_')
}
