import { ReplyStream } from '../reply/reply-stream.ts'

/**
 * Does work, then what is due after it, whatever comes of it. Work that needs no waiting is not waited for: as `finally`
 * of an async function does, but without the promises that it makes for each request. Work whose value is a reply that is
 * streamed goes on until the stream is at its end.
 */
export function settle<T>(work: () => T | Promise<T>, after: () => void): T | Promise<T> {
  let result: T | Promise<T>
  try {
    result = work()
  } catch (error) {
    after()
    throw error
  }
  if (!(result instanceof Promise)) {
    whenDone(result, after)
    return result
  }
  return result.then(
    (value) => {
      whenDone(value, after)
      return value
    },
    (error: unknown) => {
      after()
      throw error
    },
  )
}

function whenDone(value: unknown, after: () => void): void {
  if (isStreamed(value)) value.body.onEnd(after)
  else after()
}

function isStreamed(value: unknown): value is { readonly body: ReplyStream } {
  return typeof value === 'object' && value !== null && 'body' in value && value.body instanceof ReplyStream
}
