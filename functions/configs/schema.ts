import * as z from 'zod/mini'

import { DatabaseSettings } from '../_runtime/postgres.ts'
import { RuntimeSettings } from '../_runtime/settings.ts'
import { isJsonObject, jsonFlaws, mostLevels, type JsonObject } from './metadata.ts'

export const ConfigsSettings = z.extend(RuntimeSettings, { database: z.prefault(DatabaseSettings, {}) })

/** Safe in a path, a file name, a label and a log line. */
export const ConfigName = z
  .string()
  .check(
    z.regex(
      /^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,251}[A-Za-z0-9])?$/,
      'Expected 1 to 253 letters, digits, ".", "_" or "-", with a letter or digit first and last',
    ),
  )

const Metadata = jsonObject(mostLevels).register(z.globalRegistry, {
  type: 'object',
  additionalProperties: true,
  description: 'Nests freely',
})

/** The name has the key that its client uses; either is accepted, and the one that was sent is kept. */
export const ConfigDocument = z.union([
  z.strictObject({ name: ConfigName, metadata: Metadata }),
  z.strictObject({ dcname: ConfigName, metadata: Metadata }),
])
export type ConfigDocument = z.output<typeof ConfigDocument>

/** RFC 7396: members are replaced, null removes, objects merge. */
export const ConfigPatch = jsonObject(1 + mostLevels).register(z.globalRegistry, {
  type: 'object',
  additionalProperties: true,
})

export const ConfigPath = z.strictObject({ name: ConfigName })

export const ListQuery = z.strictObject({
  limit: z.optional(z.string().check(z.regex(/^(?:[1-9]\d{0,2}|1000)$/, 'Expected a number from 1 to 1000'))),
  cursor: z.optional(z.string().check(z.maxLength(400))),
})

/** @param levels how deep it may nest */
function jsonObject(levels: number): z.ZodMiniCustom<JsonObject, JsonObject> {
  return z.custom<JsonObject>(isJsonObject, 'Expected an object').check((context) => {
    for (const { path, message } of jsonFlaws(context.value, levels)) {
      context.issues.push({ code: 'custom', input: context.value, path: [...path], message })
    }
  })
}
