import * as z from 'zod/mini'

import { variables } from '../../_runtime/settings/registries.ts'
import { KafkaSettings } from './kafka/settings.ts'

/** What a CloudEvent has of its own, which no extension can be. */
const contextAttributes: ReadonlySet<string> = new Set([
  'specversion',
  'id',
  'source',
  'type',
  'subject',
  'time',
  'datacontenttype',
  'dataschema',
  'data',
])

const SinkUrl = z
  .string()
  .check(z.refine(isSinkUrl, 'Expected http://host:port/path or https://host:port/path, without a user'))
// What a SinkBinding of Knative sets: https://knative.dev/docs/eventing/custom-event-source/sinkbinding/
SinkUrl.register(variables, { variable: 'K_SINK' })

/** The name and the value of an extension attribute: https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md */
const Extensions = z.record(
  z.string().check(
    z.regex(/^[a-z0-9]{1,20}$/, 'Expected 1 to 20 lower-case letters or digits'),
    z.refine((name) => !contextAttributes.has(name), 'Every event has an attribute of this name already'),
  ),
  z
    .string()
    .check(
      z.refine((value) => value.isWellFormed() && !/\p{Cc}/u.test(value), 'Expected text without control characters'),
    ),
)

const Overrides = z.pipe(z.transform(parsed), z.object({ extensions: z._default(Extensions, {}) }))
Overrides.register(variables, { variable: 'K_CE_OVERRIDES' })

/** Where changes are sent to as CloudEvents, and how. */
export const EventsSettings = z.strictObject({
  /** The address that takes them; without one none are sent. */
  sink: z.optional(SinkUrl),
  /** Whether attributes are headers and the document is the body (binary), or all is one JSON document (structured). */
  mode: z._default(z.enum(['binary', 'structured']), 'binary'),
  /** The source that they name: a URI reference. */
  source: z._default(
    z.string().check(z.regex(/^[!#$&-;=?-Z[\]_a-z~%]+$/, 'Expected a URI reference, such as /configs')),
    '/configs',
  ),
  /** What every event has besides: {"extensions":{"name":"value"}}, as an object or as JSON text. */
  overrides: z.prefault(Overrides, {}),
  /** Time for an event to be taken. */
  timeoutMs: z._default(z.int().check(z.gte(1)), 10_000),
  /** The most events that are sent at once; those of one config go one after the other. */
  concurrency: z._default(z.int().check(z.gte(1), z.lte(64)), 8),
  /** After how many tries an event is put aside while the sink takes others. */
  attempts: z._default(z.int().check(z.gte(1)), 8),
  kafka: z.prefault(KafkaSettings, {}),
})
export type EventsSettings = z.output<typeof EventsSettings>

function isSinkUrl(text: string): boolean {
  if (!/^https?:\/\/./.test(text) || !URL.canParse(text)) return false
  const { username, password } = new URL(text)
  return username === '' && password === ''
}

/** What comes from the environment is text; what is no JSON stays text, for the schema to refuse. */
function parsed(value: unknown): unknown {
  if (typeof value !== 'string') return value
  try {
    return JSON.parse(value)
  } catch {
    return value
  }
}
