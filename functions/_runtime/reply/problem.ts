/** One thing that is wrong with the input, at its place. */
export interface Flaw {
  /** Where: a JSON pointer into the body (RFC 6901), or the name of a query parameter, path parameter or header. */
  readonly at: string
  readonly detail: string
  /** Which of the lines, counted from 1, where the body has one document in each. */
  readonly line?: number
}

interface ProblemExtras {
  readonly headers?: Readonly<Record<string, string>>
  readonly errors?: readonly Flaw[]
  readonly cause?: unknown
}

/** An answer that is not a success, thrown from anywhere and written as RFC 9457 `application/problem+json`. */
export class Problem extends Error {
  readonly status: number
  /** The short name of the problem, the same for each of its kind. */
  readonly title: string
  /** What was wrong this time, where, and what to do about it. */
  readonly detail: string
  readonly headers: Readonly<Record<string, string>>
  readonly errors: readonly Flaw[]

  constructor(status: number, title: string, detail: string, { headers = {}, errors = [], cause }: ProblemExtras = {}) {
    super(`${title}: ${detail}`, { cause })
    this.name = 'Problem'
    this.status = status
    this.title = title
    this.detail = detail
    this.headers = headers
    this.errors = errors
  }
}

export function badRequest(detail: string, errors?: readonly Flaw[]): Problem {
  return new Problem(400, 'Bad Request', detail, errors ? { errors } : {})
}

export function forbidden(detail: string): Problem {
  return new Problem(403, 'Forbidden', detail)
}

export function notFound(detail: string): Problem {
  return new Problem(404, 'Not Found', detail)
}

export function methodNotAllowed(method: string, path: string, allow: string): Problem {
  return new Problem(405, 'Method Not Allowed', `${path} does not answer ${method}; it answers ${allow}.`, {
    headers: { allow },
  })
}

export function requestTimeout(detail: string): Problem {
  return new Problem(408, 'Request Timeout', detail, { headers: { connection: 'close' } })
}

export function conflict(detail: string, errors?: readonly Flaw[]): Problem {
  return new Problem(409, 'Conflict', detail, errors ? { errors } : {})
}

export function gone(detail: string): Problem {
  return new Problem(410, 'Gone', detail)
}

export function preconditionFailed(detail: string): Problem {
  return new Problem(412, 'Precondition Failed', detail)
}

export function contentTooLarge(limitBytes: number): Problem {
  return new Problem(413, 'Content Too Large', `The body is over the limit of ${limitBytes} bytes for this route.`, {
    headers: { connection: 'close' },
  })
}

export function unsupportedMediaType(detail: string, headers: Record<string, string>): Problem {
  return new Problem(415, 'Unsupported Media Type', detail, { headers })
}

export function unprocessableContent(detail: string): Problem {
  return new Problem(422, 'Unprocessable Content', detail)
}

export function preconditionRequired(detail: string): Problem {
  return new Problem(428, 'Precondition Required', detail)
}

export function tooManyRequests(detail: string, retryAfterSeconds: number): Problem {
  return new Problem(429, 'Too Many Requests', detail, { headers: { 'retry-after': String(retryAfterSeconds) } })
}

/** For the client whose connection is gone: nobody reads it, but the log and the metrics do (nginx's status). */
export function clientClosedRequest(): Problem {
  return new Problem(499, 'Client Closed Request', 'The client left before it was answered.')
}

export function internalServerError(requestId: string, cause: unknown): Problem {
  const detail = `Something went wrong on our side. The log has the reason under request id ${requestId}.`
  return new Problem(500, 'Internal Server Error', detail, { cause })
}

/** Also for a process that is its own upstream: the answer could not be made in the time that the client gives it. */
export function gatewayTimeout(detail: string): Problem {
  return new Problem(504, 'Gateway Timeout', detail)
}

export function serviceUnavailable(detail: string, retryAfterSeconds: number, cause?: unknown): Problem {
  return new Problem(503, 'Service Unavailable', detail, {
    headers: { 'retry-after': String(retryAfterSeconds) },
    cause,
  })
}
