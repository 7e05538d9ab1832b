import * as z from 'zod/mini'

import { areKeyValues, keyValuesExpected } from './key-values.ts'
import { samplerNames } from './sampler.ts'
import { secrets, variables } from '../settings/registries.ts'

// Each has the variable that OpenTelemetry has for it:
// https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/

const KeyValues = z.string().check(z.refine(areKeyValues, keyValuesExpected))
const Address = z.url({ protocol: /^https?$/, error: 'Expected http://host:port or https://host:port' })
const Headers = KeyValues.clone()
Headers.register(secrets, { secret: true })

/** Where spans are sent to, and which; without an address nothing is traced. */
export const TracingSettings = z.strictObject({
  /** Address of what takes OTLP by HTTP; `/v1/traces` is put behind it. */
  endpoint: z.optional(known('OTEL_EXPORTER_OTLP_ENDPOINT', Address)),
  /** The whole address, where it is another for traces. */
  tracesEndpoint: z.optional(known('OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', Address)),
  /** What it is sent with each request, such as a token: key=value,key=value. */
  headers: z.optional(known('OTEL_EXPORTER_OTLP_HEADERS', Headers)),
  /** How it is spoken to; gRPC is not spoken. */
  protocol: z._default(
    known('OTEL_EXPORTER_OTLP_PROTOCOL', z.enum(['http/protobuf'], 'Expected http/protobuf, which port 4318 takes')),
    'http/protobuf',
  ),
  /** Which traces are recorded; those that say parentbased leave it to who asks, where that is traced. */
  sampler: z._default(known('OTEL_TRACES_SAMPLER', z.enum(samplerNames)), 'parentbased_always_on'),
  /** Of traces that are recorded, where the sampler goes by a ratio. */
  samplerArgument: z._default(known('OTEL_TRACES_SAMPLER_ARG', z.number().check(z.gte(0), z.lte(1))), 1),
  /** What the process is called, where it is not the Knative Service's name or the function's. */
  serviceName: z.optional(known('OTEL_SERVICE_NAME', z.string().check(z.minLength(1)))),
  /** What else is said of it: key=value,key=value. */
  resourceAttributes: z.optional(known('OTEL_RESOURCE_ATTRIBUTES', KeyValues)),
  /** Whether nothing is traced, whatever else is said. */
  disabled: z._default(known('OTEL_SDK_DISABLED', z.boolean()), false),
  /** The most by which the last spans hold up the end of the process. */
  timeoutMs: z._default(z.int().check(z.gte(1)), 3000),
})
export type TracingSettings = z.output<typeof TracingSettings>

/** A schema of its own that is known by a variable. */
function known<Schema extends z.ZodMiniType>(variable: string, schema: Schema): Schema {
  const own = schema.clone()
  variables.add(own, { variable })
  if (secrets.has(schema)) secrets.add(own, { secret: true })
  return own
}
