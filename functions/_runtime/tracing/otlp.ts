import {
  createTraceState,
  diag,
  DiagLogLevel,
  SpanKind,
  SpanStatusCode,
  type HrTime,
  type SpanContext,
} from '@opentelemetry/api'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto'
import { defaultResource, resourceFromAttributes, type Resource } from '@opentelemetry/resources'
import { BatchSpanProcessor, type ReadableSpan, type SpanExporter } from '@opentelemetry/sdk-trace'

import type { Logger } from '../process/log.ts'
import { version } from '../process/version.ts'
import type { Span } from './span.ts'
import type { Exporter } from './span-export.ts'
import type { TraceContext } from './trace-context.ts'

/** Where spans go, and of whom they are. */
export interface Target {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly resource: Readonly<Record<string, string>>
}

const kinds: Readonly<Record<Span['kind'], SpanKind>> = {
  internal: SpanKind.INTERNAL,
  server: SpanKind.SERVER,
  client: SpanKind.CLIENT,
  producer: SpanKind.PRODUCER,
  consumer: SpanKind.CONSUMER,
}
const instrumentationScope = { name: 'quartet', version }
/** Clocks are set: what is further from the system's than this is taken to have stayed behind. */
const mostDriftMs = 5

const silent = (): void => {}

/** Sends spans in batches, tries again, and drops what is too much: by the OpenTelemetry SDK, which is a chunk. */
export function otlpExporter({ url, headers, resource }: Target, log: Logger): Exporter {
  const warn = (message: string): void => log.warn({ detail: message }, 'of OpenTelemetry')
  // What fails is told once, by `audible`; the SDK would tell it again with every batch.
  diag.setLogger(
    { error: silent, warn, info: silent, debug: silent, verbose: silent },
    { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true },
  )
  const exporter = audible(new OTLPTraceExporter({ url, headers: { ...headers } }), url, log)
  const processor = new BatchSpanProcessor({ exporter })
  const from = defaultResource().merge(resourceFromAttributes(resource))
  return {
    add: (span) => processor.onEnd(readable(span, from)),
    async end(timeMs) {
      const { promise, resolve } = Promise.withResolvers<void>()
      const timer = setTimeout(resolve, timeMs)
      await Promise.race([processor.shutdown().catch(silent), promise])
      clearTimeout(timer)
    },
  }
}

/** Says once that spans are not taken, and once that they are again. */
function audible(exporter: SpanExporter, url: string, log: Logger): SpanExporter {
  let hasFailed = false
  return {
    export: (spans, onResult) =>
      exporter.export(spans, (result) => {
        const { error } = result
        if (error && !hasFailed) log.warn({ url, err: error }, 'spans are not taken, and are lost')
        if (!error && hasFailed) log.info({ url }, 'spans are taken again')
        hasFailed = error !== undefined
        onResult(result)
      }),
    shutdown: () => exporter.shutdown(),
  }
}

function readable(span: Span, resource: Resource): ReadableSpan {
  const { name, kind, parent, startedAt, endedAt = startedAt, attributes, error } = span
  const zero = zeroOfClock()
  return {
    name,
    kind: kinds[kind],
    spanContext: () => contextFor(span.context),
    ...(parent && { parentSpanContext: contextFor(parent) }),
    startTime: timeOf(zero + startedAt),
    endTime: timeOf(zero + endedAt),
    duration: timeOf(endedAt - startedAt),
    status: error === undefined ? { code: SpanStatusCode.UNSET } : { code: SpanStatusCode.ERROR, message: error },
    attributes,
    events: [],
    links: [],
    ended: true,
    resource,
    instrumentationScope,
    droppedAttributesCount: 0,
    droppedEventsCount: 0,
    droppedLinksCount: 0,
  }
}

function contextFor({ traceId, spanId, flags, state, isRemote }: TraceContext): SpanContext {
  return {
    traceId,
    spanId,
    traceFlags: flags,
    isRemote,
    ...(state !== undefined && { traceState: createTraceState(state) }),
  }
}

/** What performance.now() counts from, in milliseconds since 1970: the start of the process, unless a clock was set since. */
function zeroOfClock(): number {
  const { timeOrigin } = performance
  const now = Date.now() - performance.now()
  return Math.abs(now - timeOrigin) < mostDriftMs ? timeOrigin : now
}

/** Seconds, and nanoseconds beside them. */
function timeOf(milliseconds: number): HrTime {
  const seconds = Math.floor(milliseconds / 1000)
  return [seconds, Math.round((milliseconds - seconds * 1000) * 1e6)]
}
