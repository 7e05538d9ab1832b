import type { IncomingMessage, RequestOptions } from 'node:http'

import type { Outcome, Sink } from './push.ts'

interface Target {
  /** Of the metrics function. */
  readonly url: string
  readonly token: string | undefined
  readonly timeoutMs: number
}

const gone = 410
/** As much of a refusal as a log line needs. */
const mostTextBytes = 500

/** Pushes to the metrics function, which keeps what it is told as if it were pushed to the database. */
export function httpSink({ url, token, timeoutMs }: Target): Sink {
  const base = url.endsWith('/') ? url : `${url}/`
  const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` }
  return {
    async push(push): Promise<Outcome> {
      const body = JSON.stringify(push)
      const length = String(Buffer.byteLength(body))
      const headers = { 'content-type': 'application/json', 'content-length': length, ...authorization }
      const signal = AbortSignal.timeout(timeoutMs)
      const { status, text } = await send(new URL('push', base), { method: 'POST', headers, signal }, body)
      if (status === gone) return 'forgotten'
      if (status >= 200 && status < 300) return 'kept'
      throw new Error(`The metrics function at ${base} answered ${status}: ${text}`)
    },
    close: () => Promise.resolve(),
  }
}

/** Not by fetch(), whose loading takes longer than any push. */
async function send(
  url: URL,
  options: RequestOptions,
  body: string,
): Promise<{ readonly status: number; readonly text: string }> {
  const { request } = process.getBuiltinModule(url.protocol === 'https:' ? 'node:https' : 'node:http')
  const answered = Promise.withResolvers<IncomingMessage>()
  request(url, options, answered.resolve).on('error', answered.reject).end(body)
  const response = await answered.promise
  let text = ''
  for await (const chunk of response.setEncoding('utf8')) text = `${text}${String(chunk)}`.slice(0, mostTextBytes)
  return { status: response.statusCode ?? 0, text }
}
