import type { IncomingHttpHeaders } from 'node:http'

/** What is safe to log and to repeat. */
const acceptable = /^[\w.:-]{1,128}$/

let prefix: string | undefined
let requests = 0

/** @returns the id that the client or the ingress gave the request, where it is acceptable, else a new one */
export function requestIdOf(headers: IncomingHttpHeaders): string {
  const sent = headers['x-request-id']
  return typeof sent === 'string' && acceptable.test(sent) ? sent : newRequestId()
}

/**
 * Makes an id. Unique, not secret: the time and 52 random bits tell processes apart, a count their requests. A UUID
 * would need node:crypto, whose loading takes 4 ms of a cold start.
 */
export function newRequestId(): string {
  prefix ??= `${Date.now().toString(36)}-${Math.random().toString(36).slice(2)}`
  requests += 1
  return `${prefix}-${requests.toString(36)}`
}
