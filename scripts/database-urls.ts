import * as z from 'zod/mini'

import { configure, type Environment, type SettingsFile } from '../functions/_runtime/configuration.ts'
import type { QuartetFunction } from '../functions/_runtime/function.ts'
import { leavesOf } from '../functions/_runtime/settings-schema.ts'

/** Fits the schema and names no database: stands for the address where the settings have none. */
export const unnamedDatabase = 'postgres://?'

const WithDatabase = z.object({ database: z.object({ url: z.string() }) })

export interface Sources {
  readonly env: Environment
  readonly file: SettingsFile | undefined
}

/**
 * Finds the databases of functions, by the functions' names; those that need none are left out.
 * @param otherwise the database of those whose settings name none
 * @throws SettingsError
 */
export function databaseUrls(
  functions: readonly QuartetFunction[],
  sources: Sources,
  otherwise?: string,
): ReadonlyMap<string, string> {
  const needing = functions.filter(({ definition }) => leavesOf(definition.settings).some(isDatabaseUrl))
  return new Map(
    needing.map(({ definition: { name, settings } }) => {
      const configured = configure(name, settings, { ...sources, preset: { database: { url: otherwise } } })
      return [name, z.parse(WithDatabase, configured.settings).database.url]
    }),
  )
}

function isDatabaseUrl({ path }: { readonly path: readonly string[] }): boolean {
  return path.join('.') === 'database.url'
}
