import type { IncomingMessage, ServerResponse } from 'node:http'

import { logAccess } from '../process/access-log.ts'
import { ReplyStream } from '../reply/reply-stream.ts'
import type { Answer, FunctionInstance } from '../function/instance.ts'
import { linger } from './linger.ts'
import { clientClosedRequest, internalServerError, serviceUnavailable } from '../reply/problem.ts'
import { problemReply, type Reply } from '../reply/reply.ts'
import { SocketArrival } from './socket-arrival.ts'
import { endRequest, startRequest } from '../tracing/request-span.ts'
import { traceId } from '../tracing/trace-context.ts'

const restartSeconds = 5

/**
 * Takes one request from a host and answers it: the one place where replies become bytes, log lines and counts.
 * @param isLast whether the host wants the connection to end with this answer
 */
export function exchange(
  instance: FunctionInstance,
  request: IncomingMessage,
  response: ServerResponse,
  isLast: () => boolean = () => false,
): Promise<void> {
  const arrival = new SocketArrival(request, response)
  const { tracer } = instance
  const span = tracer && startRequest(tracer, arrival)
  if (!tracer || !span) return answerTo(instance, arrival, response, isLast)
  arrival.span = span
  return tracer.within([span], () => answerTo(instance, arrival, response, isLast))
}

async function answerTo(
  instance: FunctionInstance,
  arrival: SocketArrival,
  response: ServerResponse,
  isLast: () => boolean,
): Promise<void> {
  const answering = instance.answer(arrival)
  const answer = answering instanceof Promise ? await answering : answering
  let durationMs = performance.now() - arrival.arrivedAt
  if (isLast()) response.shouldKeepAlive = false
  const { body } = answer.reply
  let code = arrival.isAbandoned ? clientClosedRequest().status : write(instance, arrival, response, answer, durationMs)
  if (body instanceof ReplyStream) {
    if (!(await sendAll(instance, arrival, response, body))) code = 500
    durationMs = performance.now() - arrival.arrivedAt
  }
  const { method, span } = arrival
  const { route } = answer
  if (instance.tracer && span) endRequest(instance.tracer, span, answer, code)
  const trace = span?.context.traceId ?? sentTraceId(arrival)
  const { requests, starts } = instance.metrics
  requests.observe({ function: instance.name, route, method, code, seconds: durationMs / 1000, traceId: trace })
  if (answer.isCold) starts.answered(instance.name, performance.now() / 1000)
  logAccess(instance.log, {
    function: instance.name,
    requestId: arrival.id,
    traceId: trace,
    spanId: span?.context.spanId,
    method,
    route,
    status: code,
    durationMs: roundToMicroseconds(durationMs),
  })
}

/** Answers for a function that could not be made; who runs it is told why, who asks only that it is so. */
export function refuseToStart(name: string, error: unknown, request: IncomingMessage, response: ServerResponse): void {
  process.stderr.write(`${name} cannot start.\n${error instanceof Error ? error.message : String(error)}\n`)
  const arrival = new SocketArrival(request, response)
  const problem = serviceUnavailable('The function cannot start; what it printed says why.', restartSeconds, error)
  if (!response.headersSent) writeReply(arrival, response, problemReply(problem, arrival.id), 'total;dur=0')
}

/** @returns the status that was written: another than the reply's where HTTP cannot carry what the handler made */
function write(
  instance: FunctionInstance,
  arrival: SocketArrival,
  response: ServerResponse,
  answer: Answer,
  durationMs: number,
): number {
  const timing = serverTiming(answer, durationMs)
  try {
    writeReply(arrival, response, answer.reply, timing)
    return answer.reply.status
  } catch (error) {
    const { id } = arrival
    instance.log.error({ requestId: id, err: error }, 'a reply could not be written')
    const instead = problemReply(internalServerError(id, error), id)
    if (response.headersSent) response.destroy()
    else writeReply(arrival, response, instead, timing)
    return instead.status
  }
}

/**
 * Sends a stream until it ends or the client leaves, which is what most clients of an endless one do.
 * @returns whether it did not break off: there is no place for a problem behind the first part
 */
async function sendAll(
  { log }: FunctionInstance,
  arrival: SocketArrival,
  response: ServerResponse,
  body: ReplyStream,
): Promise<boolean> {
  try {
    // A reply whose head could not be written has ended already.
    if (arrival.isAbandoned || response.writableEnded) {
      await body.cancel()
      return true
    }
    for await (const part of body) {
      if (arrival.isAbandoned) return true
      if (!response.write(part)) await drained(response, arrival)
    }
    response.end()
    return true
  } catch (error) {
    if (arrival.isAbandoned) return true
    log.error({ requestId: arrival.id, err: error }, 'a reply broke off')
    response.destroy()
    return false
  }
}

/** Waits until what was written is on its way, or nobody is there to read it. */
async function drained(response: ServerResponse, { signal }: SocketArrival): Promise<void> {
  if (signal.aborted) return
  const { promise, resolve } = Promise.withResolvers<void>()
  const settle = (): void => resolve()
  response.once('drain', settle)
  signal.addEventListener('abort', settle)
  await promise
  response.off('drain', settle)
  signal.removeEventListener('abort', settle)
}

function writeReply(
  { request, id }: SocketArrival,
  response: ServerResponse,
  { status, headers, body }: Reply,
  timing: string,
): void {
  // One flat list: each setHeader() would be looked up and checked again when the head is written.
  const fields = ['x-request-id', id, 'server-timing', timing]
  fields.push('x-content-type-options', 'nosniff')
  for (const name in headers) fields.push(name, headers[name] ?? '')
  const isStreamed = body instanceof ReplyStream
  // Of what is made while it is read nobody knows the length: Node sends it in chunks.
  if (!isStreamed && (body !== undefined || (status !== 204 && status !== 304))) {
    fields.push('content-length', String(bytesOf(body)))
  }
  if (!request.complete && (headers['connection'] === 'close' || !response.shouldKeepAlive)) linger(request)
  response.writeHead(status, fields)
  // Node leaves the body out where the method is HEAD.
  if (!isStreamed) response.end(body)
  else if (request.method === 'HEAD') response.end()
}

function bytesOf(body: string | Uint8Array = ''): number {
  return typeof body === 'string' ? Buffer.byteLength(body) : body.byteLength
}

/** The value of a Server-Timing header, in milliseconds: https://www.w3.org/TR/server-timing/ */
function serverTiming({ reply, isCold }: Answer, durationMs: number): string {
  let value = `total;dur=${roundToMicroseconds(durationMs)}`
  for (const name in reply.timing) value += `, ${name};dur=${roundToMicroseconds(reply.timing[name] ?? 0)}`
  // Since the process began, which performance.now() counts from.
  return isCold ? `${value}, cold;dur=${roundToMicroseconds(performance.now())}` : value
}

/** Of a request that is traced elsewhere, and not here. */
function sentTraceId({ headers }: SocketArrival): string | undefined {
  const { traceparent } = headers
  return typeof traceparent === 'string' ? traceId(traceparent) : undefined
}

function roundToMicroseconds(milliseconds: number): number {
  return Math.round(milliseconds * 1000) / 1000
}
