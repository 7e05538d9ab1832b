import { pino, type DestinationStream, type Logger } from 'pino'

/** One answered request, as it is logged. */
export interface Access {
  readonly function: string
  readonly requestId: string
  /** 32 hexadecimal digits, where the client sent a traceparent or the request is traced here. */
  readonly traceId: string | undefined
  /** 16 hexadecimal digits, where it is traced here. */
  readonly spanId: string | undefined
  readonly method: string
  /** The template of the route, or `unmatched`. */
  readonly route: string
  readonly status: number
  readonly durationMs: number
}

/**
 * Writes the line of a request where pino would write it, as pino would write it. No value needs escaping: ids are
 * matched against patterns when they arrive, methods are tokens of HTTP, functions and routes are names of ours.
 * Through pino itself a line takes 0.8 us more, which is a twentieth of a small request.
 */
export function logAccess(log: Logger, access: Access): void {
  const level = access.status >= 500 && access.status !== 504 ? 'error' : 'info'
  if (!log.isLevelEnabled(level)) return
  const { function: name, requestId, traceId, spanId, method, route, status, durationMs } = access
  const head = `{"level":"${level}","time":${Date.now()},"function":"${name}","requestId":"${requestId}"`
  // As OpenTelemetry has them: https://opentelemetry.io/docs/specs/otel/compatibility/logging_trace_context/
  const trace = traceId === undefined ? '' : `,"trace_id":"${traceId}"`
  const span = spanId === undefined ? '' : `,"span_id":"${spanId}"`
  const tail = `,"method":"${method}","route":"${route}","status":${status},"durationMs":${durationMs},"msg":"request"}\n`
  streamOf(log)?.write(head + trace + span + tail)
}

function streamOf(log: Logger): DestinationStream | undefined {
  // The symbol is a part of pino's interface; its types do not say what is under it.
  return (log as unknown as Readonly<Record<symbol, DestinationStream>>)[pino.symbols.streamSym]
}
