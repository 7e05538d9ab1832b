import type { ReplyStream } from './reply-stream.ts'
import type { ProblemDialect } from './problem-dialect.ts'
import type { Problem } from './problem.ts'

/** What a handler returns: a value, not yet bytes on a socket. */
export interface Reply {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array | ReplyStream
  /** What the time went to, in milliseconds by name, for Server-Timing; the total is always said. */
  readonly timing?: Readonly<Record<string, number>>
}

interface TextReply extends Reply {
  readonly body: string
}

type Headers = Readonly<Record<string, string>>

const jsonType = 'application/json'

export function json(status: number, value: unknown, headers: Headers = {}): TextReply {
  return jsonText(status, JSON.stringify(value), headers)
}

/** A reply whose JSON was written already, byte for byte as the client shall get it. */
export function jsonText(status: number, body: string, headers: Headers = {}): TextReply {
  return { status, headers: { 'content-type': jsonType, ...headers }, body }
}

export function ok(value: unknown, headers?: Headers): Reply {
  return json(200, value, headers)
}

export function noContent(headers: Headers = {}): Reply {
  return { status: 204, headers }
}

/** A reply that is written while its body is made. */
export function streamed(body: ReplyStream, contentType: string, headers: Headers = {}): Reply {
  return { status: 200, headers: { 'content-type': contentType, ...headers }, body }
}

/** The client has what it asks for already. */
export function notModified(headers: Headers): Reply {
  return { status: 304, headers }
}

export function text(body: string, contentType = 'text/plain; charset=utf-8', headers: Headers = {}): Reply {
  return { status: 200, headers: { 'content-type': contentType, ...headers }, body }
}

/** @param policy the page's Content-Security-Policy */
export function html(status: number, body: string, policy: string): Reply {
  const headers = {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': policy,
    'referrer-policy': 'no-referrer',
    vary: 'accept',
  }
  return { status, headers, body }
}

/** What only the bearer of a token gets: no cache has it for others, and one of the bearer's own asks anew. */
export function ofBearer(reply: Reply): Reply {
  const { vary } = reply.headers
  const headers = { 'cache-control': 'private, no-cache', ...reply.headers }
  return { ...reply, headers: { ...headers, vary: vary === undefined ? 'authorization' : `${vary}, authorization` } }
}

/** @param dialect of the protocol that was spoken */
export function problemReply(problem: Problem, requestId: string, dialect?: ProblemDialect): TextReply {
  const { status, title, detail, errors, headers } = problem
  const document = { type: 'about:blank', title, status, detail, ...(errors.length > 0 && { errors }), requestId }
  const contentType = dialect?.mediaType ?? 'application/problem+json'
  return json(status, { ...document, ...dialect?.membersOf(problem) }, { ...headers, 'content-type': contentType })
}
