import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'

import type { Answer } from '../function/instance.ts'
import { coldStart } from './cold-start.ts'
import type { Attributes, Span } from './span.ts'
import { contextOf, type TraceContext } from './trace-context.ts'
import type { Tracer } from './tracer.ts'

// Names and values: https://opentelemetry.io/docs/specs/semconv/http/http-spans/#http-server-span

/** What is asked all the time, and by nobody who looks at traces. */
const probes: ReadonlySet<string> = new Set(['/healthz', '/livez', '/readyz'])
/** Others are for who sends them to choose. */
const knownMethods: ReadonlySet<string> = new Set(
  'GET HEAD POST PUT DELETE CONNECT OPTIONS TRACE PATCH QUERY'.split(' '),
)
const hostAndPort = /^(?<host>\[[^\]]*\]|[^:]*)(?::(?<port>\d{1,5}))?$/

interface Arrived {
  readonly request: IncomingMessage
  readonly id: string
  readonly method: string
  readonly target: string
  readonly arrivedAt: number
}

/** Begins the span of a request. */
export function startRequest(tracer: Tracer, { request, id, method, target, arrivedAt }: Arrived): Span | undefined {
  const { headers, httpVersion } = request
  const parent = parentOf(headers)
  const [path = '/'] = target.split('?', 1)
  if (!parent && probes.has(path)) return undefined
  const span = tracer.start(method, parent, { kind: 'server', startedAt: arrivedAt })
  if (!span.isSampled) return span
  const isKnown = knownMethods.has(method)
  Object.assign(span.attributes, {
    'http.request.method': isKnown ? method : '_OTHER',
    ...(!isKnown && { 'http.request.method_original': method }),
    // Its query is left out, as everywhere: it may say what others should not read.
    'url.path': path,
    'url.scheme': schemeOf(headers),
    'network.protocol.version': httpVersion,
    ...serverOf(headers.host),
    ...(headers['user-agent'] !== undefined && { 'user_agent.original': headers['user-agent'] }),
    'quartet.request.id': id,
  } satisfies Attributes)
  return span
}

/** Ends it with what was answered, and with how the process started where it started for this. */
export function endRequest(tracer: Tracer, span: Span, { route, isCold }: Answer, code: number): void {
  if (!span.isSampled) return
  const { attributes } = span
  const method = String(attributes['http.request.method'])
  const isMatched = route !== 'unmatched'
  span.name = `${method === '_OTHER' ? 'HTTP' : method}${isMatched ? ` ${route}` : ''}`
  if (isMatched) attributes['http.route'] = route
  attributes['http.response.status_code'] = code
  if (code >= 500) {
    attributes['error.type'] = String(code)
    span.error = ''
  }
  attributes['faas.coldstart'] = isCold
  if (isCold) coldStart(tracer, span)
  span.end()
}

/** Who asks, or, of an event that came by one who traces nothing, who made it. */
function parentOf(headers: IncomingHttpHeaders): TraceContext | undefined {
  return (
    contextOf(textOf(headers['traceparent']), textOf(headers['tracestate'])) ??
    // https://github.com/cloudevents/spec/blob/main/cloudevents/extensions/distributed-tracing.md
    contextOf(textOf(headers['ce-traceparent']))
  )
}

function textOf(value: string | string[] | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined
}

function schemeOf(headers: IncomingHttpHeaders): string {
  return headers['x-forwarded-proto'] === 'https' ? 'https' : 'http'
}

function serverOf(authority: string | undefined): Attributes {
  const { host, port } = (authority !== undefined && hostAndPort.exec(authority)?.groups) || {}
  return {
    ...(host !== undefined && host !== '' && { 'server.address': host }),
    ...(port !== undefined && { 'server.port': Number(port) }),
  }
}
