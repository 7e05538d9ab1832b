import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http'

import { streamBody } from '../request/body-stream.ts'
import { clientClosedRequest, contentTooLarge, Problem, requestTimeout } from '../reply/problem.ts'
import { requestIdOf } from '../request/request-id.ts'
import type { Span } from '../tracing/span.ts'
import type { Arrival, BodyLimits, StreamLimits } from '../request/request.ts'

// Node's parser calls for the head, then for the body, and lets promises continue in between.
const parsed = Promise.resolve()
const broken = new WeakMap<IncomingMessage, Problem>()

/** Says why the rest of a request's body can no longer be read, to whoever reads it or will. */
export function breakBody(request: IncomingMessage, problem: Problem): void {
  broken.set(request, problem)
  if (request.listenerCount('error') > 0) request.emit('error', problem)
}

/** A request on a socket of ours. */
export class SocketArrival implements Arrival {
  readonly request: IncomingMessage
  readonly id: string
  readonly arrivedAt = performance.now()
  span: Span | undefined
  readonly #response: ServerResponse
  #abort: AbortController | undefined

  constructor(request: IncomingMessage, response: ServerResponse) {
    this.request = request
    this.#response = response
    this.id = requestIdOf(request.headers)
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

  /** Whether there is nobody left to answer. */
  get isAbandoned(): boolean {
    return this.#response.destroyed || !this.request.socket.writable
  }

  get signal(): AbortSignal {
    if (!this.#abort) {
      const abort = new AbortController()
      this.#abort = abort
      const { socket } = this.request
      const leave = (): void => abort.abort(clientClosedRequest())
      if (this.isAbandoned) leave()
      // The socket's close, not the response's: a response that waits for those before it does not hear of it.
      socket.once('close', leave)
      this.#response.once('finish', () => socket.off('close', leave))
    }
    return this.#abort.signal
  }

  readBody(limits: BodyLimits): Promise<Buffer> {
    const { limitBytes } = limits
    const { request } = this
    if (Number(request.headers['content-length'] ?? 0) > limitBytes) return Promise.reject(contentTooLarge(limitBytes))
    // Only where somebody else read the body before us, as functions-framework does when it is not told to leave it.
    const { rawBody } = request as { rawBody?: Buffer }
    if (rawBody)
      return rawBody.length > limitBytes ? Promise.reject(contentTooLarge(limitBytes)) : Promise.resolve(rawBody)
    if (request.headers.expect?.toLowerCase() === '100-continue') this.#response.writeContinue()
    return read(request, limits)
  }

  async *streamBody(limits: StreamLimits): AsyncGenerator<Buffer, void, undefined> {
    const { request } = this
    if (Number(request.headers['content-length'] ?? 0) > limits.limitBytes) throw contentTooLarge(limits.limitBytes)
    if (request.headers.expect?.toLowerCase() === '100-continue') this.#response.writeContinue()
    await parsed
    const problem = broken.get(request)
    if (problem) throw problem
    try {
      yield* streamBody(request, limits)
    } finally {
      // What is left of a body that was begun is in the way of the next request.
      if (!request.complete) this.#response.shouldKeepAlive = false
    }
  }
}

/** Most bodies come in one packet with their head, and are whole as soon as Node's parser has gone on to them. */
async function read(request: IncomingMessage, limits: BodyLimits): Promise<Buffer> {
  await parsed
  // The client may have left or sent what is no body, perhaps long ago: there is nothing left to wait for then.
  const problem = broken.get(request) ?? (request.destroyed ? clientClosedRequest() : undefined)
  if (problem) throw problem
  // Listening to its parts, and a timer for them, take 5 us of a request.
  const isWhole = request.readableLength > 0 && request.readableLength === Number(request.headers['content-length'])
  if (!isWhole) return collect(request, limits)
  limits.share.take(request.readableLength)
  return request.read() as Buffer
}

function collect(request: IncomingMessage, { limitBytes, timeoutMs, share }: BodyLimits): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let bytes = 0
    const timer = setTimeout(() => {
      fail(requestTimeout(`The body did not arrive within ${timeoutMs} ms.`))
    }, timeoutMs)
    const onData = (chunk: Buffer): void => {
      bytes += chunk.length
      try {
        if (bytes > limitBytes) throw contentTooLarge(limitBytes)
        share.take(chunk.length)
        chunks.push(chunk)
      } catch (error) {
        fail(error)
      }
    }
    const onEnd = (): void => {
      settle()
      resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks, bytes))
    }
    const onError = (error: Error): void => fail(error instanceof Problem ? error : clientClosedRequest())
    const onClose = (): void => fail(clientClosedRequest())
    const settle = (): void => {
      clearTimeout(timer)
      request.off('data', onData).off('end', onEnd).off('error', onError).off('close', onClose)
    }
    const fail = (problem: unknown): void => {
      settle()
      request.pause()
      reject(problem)
    }
    request.on('data', onData).on('end', onEnd).on('error', onError).on('close', onClose)
  })
}
