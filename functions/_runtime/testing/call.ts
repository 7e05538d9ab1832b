import { ReplyStream } from '../reply/reply-stream.ts'
import { configure } from '../settings/configuration.ts'
import type { QuartetFunction } from '../function/function.ts'
import { FunctionInstance } from '../function/instance.ts'
import { openLog } from '../process/log.ts'
import { contentTooLarge } from '../reply/problem.ts'
import type { Reply } from '../reply/reply.ts'
import { ProcessMetrics } from '../metrics/process-metrics.ts'
import type { Arrival } from '../request/request.ts'

interface Sent {
  /** A value is sent as JSON; text and bytes as they are. */
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

export interface Received {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  /** Parsed where it is JSON. */
  readonly body: unknown
  readonly bytes: Buffer
}

export type Call = (request: `${string} /${string}`, sent?: Sent) => Promise<Received>

/** Opens a function for a test, with settings as a settings file would have them. */
export function instanceOf(
  { definition }: QuartetFunction,
  settings: Readonly<Record<string, unknown>> = {},
): FunctionInstance {
  const configured = configure(definition.name, definition.settings, { env: {}, preset: settings })
  const surroundings = { log: openLog('silent').logger, metrics: new ProcessMetrics() }
  return new FunctionInstance(definition, configured.settings, surroundings)
}

/** Calls a function without HTTP: `await call('PUT /configs/alpha', { body })`. */
export function callerOf(instance: FunctionInstance): Call {
  return async (request, sent = {}) => {
    const { reply } = await instance.answer(arrivalOf(request, sent))
    const bytes = await bytesIn(reply.body)
    const body = reply.body === undefined ? undefined : parsed(reply.headers['content-type'], bytes.toString())
    return { status: reply.status, headers: reply.headers, body, bytes }
  }
}

/**
 * A request as a host would hand it over.
 * @param arrivedAt milliseconds since the process began
 */
export function arrivalOf(request: string, { body, headers = {} }: Sent = {}, arrivedAt = performance.now()): Arrival {
  const [method = '', target = ''] = request.split(' ', 2)
  const bytes = bytesOf(body)
  return {
    method,
    target,
    headers: {
      ...(body !== undefined && { 'content-type': 'application/json', 'content-length': String(bytes.length) }),
      ...headers,
    },
    id: 'test',
    arrivedAt,
    signal: new AbortController().signal,
    isAbandoned: false,
    readBody: async ({ limitBytes, share }) => {
      if (bytes.length > limitBytes) throw contentTooLarge(limitBytes)
      share.take(bytes.length)
      return bytes
    },
    async *streamBody({ limitBytes }) {
      if (bytes.length > limitBytes) throw contentTooLarge(limitBytes)
      yield bytes
    },
  }
}

async function bytesIn(body: Reply['body'] = ''): Promise<Buffer> {
  if (!(body instanceof ReplyStream)) return Buffer.from(body)
  const parts: Buffer[] = []
  for await (const part of body) parts.push(Buffer.from(part))
  return Buffer.concat(parts)
}

function bytesOf(body: unknown): Buffer {
  if (body === undefined) return Buffer.alloc(0)
  if (typeof body === 'string') return Buffer.from(body)
  return body instanceof Uint8Array ? Buffer.from(body) : Buffer.from(JSON.stringify(body))
}

function parsed(contentType = '', text: string): unknown {
  return /\bjson(?:;|$)/.test(contentType) ? JSON.parse(text) : text
}
