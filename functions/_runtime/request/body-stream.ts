import type { IncomingMessage } from 'node:http'

import { clientClosedRequest, contentTooLarge, Problem, requestTimeout } from '../reply/problem.ts'
import type { StreamLimits } from './request.ts'

const streamed = new WeakSet<IncomingMessage>()

/** Whether a request's body is read while it arrives, which may take longer than a host gives to others. */
export function isStreamed(request: IncomingMessage): boolean {
  return streamed.has(request)
}

/**
 * Reads a body while it arrives. A client is not asked for more than is taken: what is not yet read waits with it.
 * @throws Problem 413 above the limit, 408 when it takes too long, 499 when the client leaves
 */
export async function* streamBody(
  request: IncomingMessage,
  { limitBytes, timeoutMs }: StreamLimits,
): AsyncGenerator<Buffer, void, undefined> {
  let bytes = 0
  let failure: unknown
  let isOver = false
  let news = Promise.withResolvers<void>()
  const tell = (): void => news.resolve()
  const fail = (problem: Problem): void => {
    failure ??= problem
    tell()
  }
  const onEnd = (): void => {
    isOver = true
    tell()
  }
  const onError = (error: Error): void => fail(error instanceof Problem ? error : clientClosedRequest())
  const onClose = (): void => fail(clientClosedRequest())
  const timer = setTimeout(() => fail(requestTimeout(`The body did not arrive within ${timeoutMs} ms.`)), timeoutMs)
  streamed.add(request)
  request.on('readable', tell).on('end', onEnd).on('error', onError).on('close', onClose)
  try {
    if (request.destroyed) throw clientClosedRequest()
    for (;;) {
      if (isOver) return
      if (failure !== undefined) throw failure
      const chunk = request.read() as Buffer | null
      if (chunk === null) {
        await news.promise
        news = Promise.withResolvers()
        continue
      }
      bytes += chunk.length
      if (bytes > limitBytes) throw contentTooLarge(limitBytes)
      yield chunk
    }
  } finally {
    clearTimeout(timer)
    request.off('readable', tell).off('end', onEnd).off('error', onError).off('close', onClose)
  }
}
