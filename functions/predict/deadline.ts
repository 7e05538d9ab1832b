import type { IncomingHttpHeaders } from 'node:http'

/** What a deadline is reckoned from. */
interface Timed {
  readonly headers: IncomingHttpHeaders
  /** In milliseconds of performance.now(). */
  readonly arrivedAt: number
}

/** RFC 7240, 4.3: the seconds that a client is willing to wait. */
const wait = /(?:^|,)\s*wait\s*=\s*"?(\d{1,6})"?\s*(?:$|[,;])/i
/** What another preference says, which may look like one. */
const quotedText = /"(?:[^"\\]|\\.)*\D(?:[^"\\]|\\.)*"/g

/**
 * When an answer is of no use any more: as soon as any of those who wait has given up.
 * @param settingMs what the function's operator allows
 * @param timeoutMs what the request's body allows
 * @returns milliseconds of performance.now()
 */
export function deadlineOf({ headers, arrivedAt }: Timed, settingMs: number, timeoutMs = Infinity): number {
  return arrivedAt + Math.min(settingMs, timeoutMs, preferredMs(headers['prefer']), ingressMs(headers))
}

function preferredMs(prefer: string | string[] | undefined): number {
  if (prefer === undefined) return Infinity
  const seconds = wait.exec(String(prefer).replaceAll(quotedText, '""'))?.[1]
  return seconds === undefined ? Infinity : Number(seconds) * 1000
}

/** What Envoy, which is Knative's usual ingress, says that it will wait. */
function ingressMs(headers: IncomingHttpHeaders): number {
  const expected = headers['x-envoy-expected-rq-timeout-ms']
  return typeof expected === 'string' && /^[1-9]\d{0,9}$/.test(expected) ? Number(expected) : Infinity
}
