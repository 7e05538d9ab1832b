import type { Environment } from '../settings/configuration.ts'
import type { Logger } from '../process/log.ts'
import { version } from '../process/version.ts'
import { keyValuesOf } from './key-values.ts'
import { samplerOf } from './sampler.ts'
import type { TracingSettings } from './settings.ts'
import { SpanExport, type Exporter } from './span-export.ts'
import { Tracer } from './tracer.ts'

/** What traces a function, and what sends it away. */
export interface Tracing {
  readonly tracer: Tracer
  /** Sends what is left, as long as that may take. */
  end(): Promise<void>
}

/** @returns undefined where there is no address to send spans to */
export function startTracing(
  functionName: string,
  settings: TracingSettings,
  env: Environment,
  log: () => Logger,
): Tracing | undefined {
  const url = addressOf(settings)
  if (url === undefined || settings.disabled) return undefined
  const { headers = '', timeoutMs, samplerArgument: ratio } = settings
  const exporter: Exporter = new SpanExport(
    { url, headers: keyValuesOf(headers), resource: resourceOf(functionName, settings, env) },
    log,
  )
  return { tracer: new Tracer(samplerOf({ ...settings, ratio }), exporter), end: () => exporter.end(timeoutMs) }
}

function addressOf({ endpoint, tracesEndpoint }: TracingSettings): string | undefined {
  if (tracesEndpoint !== undefined || endpoint === undefined) return tracesEndpoint
  return `${endpoint.replace(/\/$/, '')}/v1/traces`
}

/** https://opentelemetry.io/docs/specs/semconv/resource/ */
function resourceOf(
  functionName: string,
  { serviceName, resourceAttributes = '' }: TracingSettings,
  env: Environment,
): Record<string, string> {
  const { K_SERVICE: service, K_REVISION: revision, HOSTNAME: pod } = env
  const said = keyValuesOf(resourceAttributes)
  return {
    'service.version': version,
    'faas.name': functionName,
    ...(revision && { 'faas.version': revision, ...(pod && { 'k8s.pod.name': pod, 'service.instance.id': pod }) }),
    ...said,
    'service.name': serviceName ?? said['service.name'] ?? (service || functionName),
  }
}
