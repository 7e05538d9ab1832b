import * as z from 'zod/mini'

import { configure, type Environment, type SettingsFile } from '../functions/_runtime/settings/configuration.ts'
import type { QuartetFunction } from '../functions/_runtime/function/function.ts'
import { leavesOf } from '../functions/_runtime/settings/settings-schema.ts'
import { validate } from '../functions/_runtime/request/validate.ts'

/** Fits the schema and names no database: stands for the address where the settings have none. */
export const unnamedDatabase = 'postgres://?'

const MayHaveDatabase = z.object({ database: z.object({ url: z.optional(z.string()) }) })

export interface Sources {
  readonly env: Environment
  readonly file: SettingsFile | undefined
}

/**
 * Finds the databases of functions, by the functions' names; those that have none are left out.
 * @param otherwise the database of those whose settings name none
 * @throws SettingsError
 */
export function databaseUrls(
  functions: readonly QuartetFunction[],
  sources: Sources,
  otherwise?: string,
): ReadonlyMap<string, string> {
  const able = functions.filter(({ definition }) => leavesOf(definition.settings).some(isDatabaseUrl))
  return new Map(
    able.flatMap(({ definition: { name, settings } }): [string, string][] => {
      const configured = configure(name, settings, { ...sources, preset: { database: { url: otherwise } } })
      const { url } = z.parse(MayHaveDatabase, configured.settings).database
      return url === undefined ? [] : [[name, url]]
    }),
  )
}

/** Whether a function cannot do without a database. */
export function requiresDatabase({ definition: { settings } }: QuartetFunction): boolean {
  const result = validate(settings, {})
  return !result.success && result.flaws.some(isDatabaseUrl)
}

function isDatabaseUrl({ path }: { readonly path: readonly PropertyKey[] }): boolean {
  return path.join('.') === 'database.url'
}
