import * as z from 'zod/mini'

import { AuthSettings } from '../_runtime/auth/settings.ts'
import { DatabaseSettings } from '../_runtime/settings/database-settings.ts'
import { RuntimeSettings } from '../_runtime/settings/settings.ts'
import { BulkSettings } from './bulk/settings.ts'
import { DocumentLimits } from './documents/document-limits.ts'
import { EventsSettings } from './events/settings.ts'
import { QueryLimits } from './search/query-limits.ts'
import { WatchSettings } from './watch/settings.ts'
import { mostOperations, tokensOf } from './patch/json-patch.ts'
import { isJsonObject, jsonFlaws, mostLevels, type JsonObject } from './documents/metadata.ts'

const tenYearsInDays = 3650
const neededByKafka = 'Is needed, since features.kafka is true'

export const ConfigsSettings = z
  .extend(RuntimeSettings, {
    database: z.prefault(DatabaseSettings, {}),
    /** Who may read (configs:read) and write (configs:write); everybody, where nothing is set. */
    auth: z.prefault(AuthSettings, {}),
    /** Whether a change must say on which version it depends: one without If-Match or If-None-Match is answered 428. */
    requireIfMatch: z._default(z.boolean(), false),
    /** Days for which versions that were replaced, and configs that were removed, are kept. */
    retentionDays: z._default(z.int().check(z.gte(1), z.lte(tenYearsInDays)), 90),
    /** Hours for which a POST with the same Idempotency-Key is given the first answer; it may be a little longer. */
    idempotencyHours: z._default(z.int().check(z.gte(1), z.lte(24 * tenYearsInDays)), 24),
    features: z.prefault(
      z.strictObject({
        /** Whether changes go to a topic of Kafka, and not to a sink. */
        kafka: z._default(z.boolean(), false),
      }),
      {},
    ),
    events: z.prefault(EventsSettings, {}),
    documents: z.prefault(DocumentLimits, {}),
    queries: z.prefault(QueryLimits, {}),
    bulk: z.prefault(BulkSettings, {}),
    watch: z.prefault(WatchSettings, {}),
  })
  .check(
    z.refine(({ features, events }) => !features.kafka || events.kafka.brokers !== undefined, {
      path: ['events', 'kafka', 'brokers'],
      message: neededByKafka,
    }),
    z.refine(({ features, events }) => !features.kafka || events.kafka.topic !== undefined, {
      path: ['events', 'kafka', 'topic'],
      message: neededByKafka,
    }),
  )

export type ConfigsSettings = z.output<typeof ConfigsSettings>

/** Safe in a path, a file name, a label and a log line. */
export const ConfigName = z
  .string()
  .check(
    z.regex(
      /^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,251}[A-Za-z0-9])?$/,
      'Expected 1 to 253 letters, digits, ".", "_" or "-", with a letter or digit first and last',
    ),
  )

/** Paths below /configs that are no config's; what was named so before has to be renamed to be read. */
const takenNames = new Set(['events'])

/** Whether a config can be given a name. */
export function isFreePath(name: string): boolean {
  return !takenNames.has(name)
}

const NewName = ConfigName.check(z.refine(isFreePath, 'Is the path of something else: choose another name'))

const NamePrefix = z
  .string()
  .check(z.regex(/^[\w.-]{1,253}$/, 'Expected how a name begins: letters, digits, ".", "_" or "-"'))

const Metadata = jsonObject(mostLevels).register(z.globalRegistry, {
  type: 'object',
  additionalProperties: true,
  description: 'Nests freely; no text in it has a NUL character or half of a surrogate pair',
})

/** The name has the key that its client uses; either is accepted, and the one that was sent is kept. */
export const ConfigDocument = z.union([
  z.strictObject({ name: NewName, metadata: Metadata }),
  z.strictObject({ dcname: NewName, metadata: Metadata }),
])
export type ConfigDocument = z.output<typeof ConfigDocument>

/** What is answered of a document where only some of its fields are asked for. */
export const ConfigPart = z.union([
  z.strictObject({ name: z.optional(ConfigName), metadata: z.optional(Metadata) }),
  z.strictObject({ dcname: z.optional(ConfigName), metadata: z.optional(Metadata) }),
])

/** RFC 7396: members are replaced, null removes, objects merge. The name that it has already is not refused. */
export const ConfigPatch = jsonObject(1 + mostLevels).register(z.globalRegistry, {
  type: 'object',
  properties: { metadata: { type: 'object', additionalProperties: true } },
  // What is not there can be removed.
  additionalProperties: { type: 'null' },
})

const Pointer = z.string().check(
  z.regex(/^(?:\/(?:[^~/]|~[01])*)*$/, 'Expected a JSON pointer'),
  // Of the metadata, and of one level more than it may have.
  z.refine((pointer) => tokensOf(pointer).length <= 2 + mostLevels, `Leads over ${mostLevels} levels deep`),
)

const Value = withoutFlaws(
  z.custom((value) => value !== undefined, 'Expected a value'),
  1 + mostLevels,
)

/** RFC 6902; members that an operation does not have are ignored, as it says. */
export const ConfigOperations = z
  .array(
    z.discriminatedUnion('op', [
      z.object({ op: z.enum(['add', 'replace', 'test']), path: Pointer, value: Value }),
      z.object({ op: z.enum(['move', 'copy']), path: Pointer, from: Pointer }).check(
        z.refine(({ op, path, from }) => op === 'copy' || !path.startsWith(`${from}/`), {
          path: ['path'],
          message: 'A value cannot be moved into itself',
        }),
      ),
      z.object({ op: z.literal('remove'), path: Pointer }),
    ]),
  )
  .check(z.maxLength(mostOperations))

export const EventsQuery = z.strictObject({
  prefix: z.optional(NamePrefix),
  after: z.optional(z.string()),
  include: z.optional(z.literal('document')),
})

export const ConfigPath = z.strictObject({ name: ConfigName })

/** Below what a number of PostgreSQL holds. */
const versionForm = /^[1-9]\d{0,17}$/

export function isVersion(text: string): boolean {
  return versionForm.test(text)
}

export const Version = z.string().check(z.regex(versionForm, 'Expected a version, such as 17'))

export const VersionPath = z.strictObject({ name: ConfigName, version: Version })

export const DiffQuery = z.strictObject({ from: Version, to: Version })

/** Other parameters are passed over, as they were before there was this one. */
export const ReplaceQuery = z.object({ create: z.optional(z.enum(['true', 'false'])) })

export const ListQuery = z.strictObject({
  limit: z.optional(z.string().check(z.regex(/^(?:[1-9]\d{0,2}|1000)$/, 'Expected a number from 1 to 1000'))),
  cursor: z.optional(z.string().check(z.maxLength(400))),
})

const field = String.raw`(?:name|dcname|metadata(?:\.(?:[^~,]|~[012])*)?)`

export const ConfigsQuery = z.extend(ListQuery, {
  prefix: z.optional(NamePrefix),
  fields: z.optional(
    z
      .string()
      .check(
        z.maxLength(4000),
        z.regex(
          new RegExp(`^${field}(?:,${field}){0,49}$`),
          'Expected up to 50 fields, name, metadata or paths below it, with commas between them',
        ),
      ),
  ),
})
export type ConfigsQuery = z.output<typeof ConfigsQuery>

const FilePrefix = z.string().check(z.regex(/^[\w.-]{0,253}$/, 'Expected how a name begins, or nothing for all'))

export const ExportQuery = z.strictObject({ prefix: z.optional(FilePrefix) })

export const ImportQuery = z.strictObject({
  mode: z.optional(z.enum(['upsert', 'create', 'mirror'])),
  prefix: z.optional(FilePrefix),
  dryRun: z.optional(z.enum(['true', 'false'])),
})
export type ImportQuery = z.output<typeof ImportQuery>

export const ImportResult = z.strictObject({
  /** Whether nothing was changed, and these are what would have been. */
  dryRun: z.boolean(),
  created: z.int(),
  replaced: z.int(),
  /** Not stored again: they have no new version. */
  unchanged: z.int(),
  removed: z.int(),
})

const conditionPath = String.raw`metadata(?:\.(?:[^~.[\]\x00]|~[012])*)+`
const text = { type: 'string', pattern: String.raw`^[^\x00]*$` } as const
/** The conditions of a search, by how their names look. */
const conditionForms = {
  [String.raw`^${conditionPath}(?:\[(?:eq|ne|gt|gte|lt|lte|prefix)\])?$`]: text,
  [String.raw`^${conditionPath}\[exists\]$`]: { type: 'string', enum: ['true', 'false'] },
} as const

/** All others are conditions, such as metadata.monitoring.enabled=true; one that is repeated is several. */
export const SearchQuery = z
  .catchall(ConfigsQuery, z.union([z.string(), z.array(z.string())]))
  .register(z.globalRegistry, { patternProperties: conditionForms, additionalProperties: false })

export const ConfigChange = z.strictObject({
  version: z.int(),
  changedAt: z.iso.datetime(),
  /** Who made it; null where nobody had to say who they are. */
  actor: z.nullable(z.string()),
  removed: z.boolean(),
})

/** @param levels how deep it may nest */
function jsonObject(levels: number): z.ZodMiniType<JsonObject> {
  return withoutFlaws(z.custom<JsonObject>(isJsonObject, 'Expected an object'), levels)
}

function withoutFlaws<T>(schema: z.ZodMiniType<T>, levels: number): z.ZodMiniType<T> {
  return schema.check((context) => {
    for (const { path, message } of jsonFlaws(context.value, { levels })) {
      context.issues.push({ code: 'custom', input: context.value, path: [...path], message })
    }
  })
}
