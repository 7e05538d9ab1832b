import { Problem } from '../reply/problem.ts'
import { problemReply } from '../reply/reply.ts'

/** Largest head of a request: its line and its headers. */
export const mostHeadBytes = 16_384

const close = { headers: { connection: 'close' } }
const malformed = new Problem(400, 'Bad Request', 'This is not an HTTP/1.1 request.', close)

/** What Node's parser complains of, by its code, where that is not simply bad HTTP. */
const problems: Readonly<Record<string, Problem>> = {
  HPE_HEADER_OVERFLOW: new Problem(
    431,
    'Request Header Fields Too Large',
    `The headers are over the limit of ${mostHeadBytes} bytes.`,
    close,
  ),
  HPE_CHUNK_EXTENSIONS_OVERFLOW: new Problem(
    413,
    'Content Too Large',
    'The chunk extensions are over the limit.',
    close,
  ),
  ERR_HTTP_REQUEST_TIMEOUT: new Problem(408, 'Request Timeout', 'The request did not arrive in time.', close),
}

/** Why bytes of a client do not become a request. */
export function refusalOf({ code = '' }: NodeJS.ErrnoException): Problem {
  return problems[code] ?? malformed
}

/** A refusal as it goes over the wire, where there is no request to answer. */
export function refusalText(problem: Problem, requestId: string): string {
  const { status, headers, body } = problemReply(problem, requestId)
  const fields = { ...headers, 'x-request-id': requestId, 'content-length': String(Buffer.byteLength(body)) }
  const lines = Object.entries(fields).map(([name, value]) => `${name}: ${value}\r\n`)
  return `HTTP/1.1 ${status} ${problem.title}\r\n${lines.join('')}\r\n${body}`
}
