import { randomUUID } from 'node:crypto'
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http'

import type { FunctionInstance } from './instance.ts'
import { clientClosedRequest, contentTooLarge, requestTimeout } from './problem.ts'
import type { Reply } from './reply.ts'
import type { Arrival, BodyLimits } from './request.ts'
import { traceId } from './trace.ts'

/** How long, and for how many bytes, a connection outlives an answer that was given before the body was read. */
const lingerMs = 500
const lingerBytes = 1_048_576

/**
 * Takes one request from a host and answers it: the one place where replies become bytes, log lines and counts.
 * @param isClosing whether the host wants connections to end with their next answer
 */
export async function exchange(
  instance: FunctionInstance,
  request: IncomingMessage,
  response: ServerResponse,
  isClosing: () => boolean = () => false,
): Promise<void> {
  const startedAt = performance.now()
  const arrival = new SocketArrival(request, response)
  const { reply, route } = await instance.answer(arrival)
  const durationMs = performance.now() - startedAt
  const isAbandoned = response.destroyed || request.socket.destroyed
  const status = isAbandoned ? clientClosedRequest().status : reply.status
  if (isClosing()) response.shouldKeepAlive = false
  if (!isAbandoned) write(instance, arrival, response, reply, durationMs)
  const method = arrival.method
  instance.metrics.observe({ function: instance.name, route, method, code: status, seconds: durationMs / 1000 })
  const line = { requestId: arrival.id, traceId: traceId(singleHeader(request.headers, 'traceparent')), method, route, status }
  const level = status >= 500 ? 'error' : 'info'
  instance.log[level]({ ...line, durationMs: roundToMicroseconds(durationMs) }, 'request')
}

function write(
  instance: FunctionInstance,
  arrival: SocketArrival,
  response: ServerResponse,
  { status, headers, body }: Reply,
  durationMs: number,
): void {
  if (body !== undefined) {
    response.setHeader('content-length', typeof body === 'string' ? Buffer.byteLength(body) : body.byteLength)
  }
  response.setHeader('x-request-id', arrival.id)
  response.setHeader('server-timing', `total;dur=${roundToMicroseconds(durationMs)}`)
  response.setHeader('x-content-type-options', 'nosniff')
  if (headers['connection'] === 'close') linger(arrival.request)
  response.writeHead(status, headers)
  // Node leaves the body out where the method is HEAD.
  response.end(body)
}

/**
 * Lets a client that is still sending read the answer. Closing a socket with unread bytes in it resets the connection,
 * and a reset takes back an answer that has not been read yet; so the bytes are dropped for a while first.
 */
function linger(request: IncomingMessage): void {
  if (request.complete) return
  let bytes = 0
  request.on('data', (chunk: Buffer) => {
    bytes += chunk.length
    if (bytes > lingerBytes) request.pause()
  })
  const { socket } = request
  socket.destroySoon = () => {
    socket.end()
    setTimeout(() => socket.destroy(), lingerMs).unref()
  }
}

/** A request on a socket of ours. */
class SocketArrival implements Arrival {
  readonly request: IncomingMessage
  readonly id: string
  readonly #response: ServerResponse
  #abort: AbortController | undefined

  constructor(request: IncomingMessage, response: ServerResponse) {
    this.request = request
    this.#response = response
    this.id = requestId(request.headers)
  }

  get method(): string {
    return this.request.method ?? 'GET'
  }

  get target(): string {
    return this.request.url ?? '/'
  }

  get headers(): IncomingHttpHeaders {
    return this.request.headers
  }

  get signal(): AbortSignal {
    if (!this.#abort) {
      const abort = new AbortController()
      this.#abort = abort
      this.#response.once('close', () => {
        if (!this.#response.writableFinished) abort.abort(clientClosedRequest())
      })
    }
    return this.#abort.signal
  }

  readBody({ limitBytes, timeoutMs }: BodyLimits): Promise<Buffer> {
    const { request } = this
    if (Number(request.headers['content-length'] ?? 0) > limitBytes) return Promise.reject(contentTooLarge(limitBytes))
    // Only where somebody else read the body before us, as functions-framework does when it is not told to leave it.
    const { rawBody } = request as { rawBody?: Buffer }
    if (rawBody) return rawBody.length > limitBytes ? Promise.reject(contentTooLarge(limitBytes)) : Promise.resolve(rawBody)
    if (request.headers.expect?.toLowerCase() === '100-continue') this.#response.writeContinue()
    return collect(request, limitBytes, timeoutMs)
  }
}

function collect(request: IncomingMessage, limitBytes: number, timeoutMs: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let bytes = 0
    const timer = setTimeout(() => {
      fail(requestTimeout(`The body did not arrive within ${timeoutMs} ms.`))
    }, timeoutMs)
    const onData = (chunk: Buffer): void => {
      bytes += chunk.length
      if (bytes > limitBytes) fail(contentTooLarge(limitBytes))
      else chunks.push(chunk)
    }
    const onEnd = (): void => {
      settle()
      resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks, bytes))
    }
    const onGone = (): void => fail(clientClosedRequest())
    const settle = (): void => {
      clearTimeout(timer)
      request.off('data', onData).off('end', onEnd).off('close', onGone)
    }
    const fail = (problem: Error): void => {
      settle()
      request.pause()
      reject(problem)
    }
    request.on('data', onData).on('end', onEnd).on('close', onGone)
    // A broken connection is an error of the stream, said once more by its close.
    request.on('error', () => {})
  })
}

/** The client's own id where it is one that is safe to log and to repeat, else a new one. */
function requestId(headers: IncomingHttpHeaders): string {
  const sent = singleHeader(headers, 'x-request-id')
  return sent !== undefined && /^[\w.:-]{1,128}$/.test(sent) ? sent : randomUUID()
}

function singleHeader(headers: IncomingHttpHeaders, name: string): string | undefined {
  const value = headers[name]
  return typeof value === 'string' ? value : undefined
}

function roundToMicroseconds(milliseconds: number): number {
  return Math.round(milliseconds * 1000) / 1000
}
