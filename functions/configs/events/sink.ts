import { Agent, request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http'

import type { CloudEvent } from '../../_runtime/events/cloud-event.ts'
import { messageOf, type EventMode } from '../../_runtime/events/message.ts'
import type { Delivery, Destination } from './destination.ts'

interface SinkSettings {
  readonly sink: string
  readonly mode: EventMode
  readonly timeoutMs: number
  /** The most requests at once. */
  readonly concurrency: number
}

/** What says of the event, and not of the sink or the way there, that it is wrong: RFC 9110, RFC 6585. */
const refusals: ReadonlySet<number> = new Set([400, 413, 414, 415, 422, 431])
/** Of an answer's body, which nobody reads: enough that its connection can be used again. */
const mostAnswerBytes = 65_536
const longestRetryAfterMs = 3_600_000

/** An address that takes events: https://github.com/knative/specs/blob/main/specs/eventing/data-plane.md */
export class Sink implements Destination {
  readonly #url: URL
  readonly #mode: EventMode
  readonly #timeoutMs: number
  readonly #agent: Agent
  readonly #request: typeof httpRequest

  constructor({ sink, mode, timeoutMs, concurrency }: SinkSettings) {
    this.#url = new URL(sink)
    this.#mode = mode
    this.#timeoutMs = timeoutMs
    const isSecure = this.#url.protocol === 'https:'
    // Most sinks are inside the cluster; TLS takes 8 ms to load.
    const https = isSecure ? process.getBuiltinModule('node:https') : undefined
    this.#agent = new (https?.Agent ?? Agent)({ keepAlive: true, maxSockets: concurrency })
    this.#request = https?.request ?? httpRequest
  }

  /** Redirects are not followed. */
  async send(event: CloudEvent, signal?: AbortSignal): Promise<Delivery> {
    const { headers, body } = messageOf(event, this.#mode)
    const options: RequestOptions = {
      method: 'POST',
      agent: this.#agent,
      headers: { ...headers, ...traceHeaders(event), 'content-length': Buffer.byteLength(body) },
      ...(signal && { signal }),
    }
    const delivery = Promise.withResolvers<Delivery>()
    const failed = (reason: string): void => delivery.resolve({ outcome: 'failed', reason })
    const request = this.#request(this.#url, options, (response) => {
      discard(response)
      delivery.resolve(deliveryOf(response))
    })
    const timer = setTimeout(() => {
      failed(`no answer in ${this.#timeoutMs} ms`)
      request.destroy()
    }, this.#timeoutMs)
    request.once('error', (error: NodeJS.ErrnoException) => failed(`no answer: ${error.code ?? error.name}`))
    // An answer may be none that a response is made of, such as 101.
    request.once('close', () => {
      clearTimeout(timer)
      failed('no answer')
    })
    request.end(body)
    return delivery.promise
  }

  /** A sink closes connections after a while, perhaps just when they are used again. */
  rest(): void {
    this.#agent.destroy()
  }
}

/** Who takes it goes on with its trace, also where extensions of events mean nothing to them. */
function traceHeaders({ attributes: { traceparent, tracestate } }: CloudEvent): Record<string, string> {
  return { ...(traceparent !== undefined && { traceparent }), ...(tracestate !== undefined && { tracestate }) }
}

/** Reads what is left of an answer, within limits: the time of its request, and a number of bytes. */
function discard(response: IncomingMessage): void {
  let bytes = 0
  response.on('data', (chunk: Buffer) => {
    bytes += chunk.length
    if (bytes > mostAnswerBytes) response.destroy()
  })
  response.on('error', () => {})
}

function deliveryOf({ statusCode = 0, headers }: IncomingMessage): Delivery {
  const reason = `HTTP ${statusCode}`
  if (statusCode >= 200 && statusCode < 300) return { outcome: 'taken' }
  if (refusals.has(statusCode)) return { outcome: 'refused', reason }
  return { outcome: 'failed', reason, retryAfterMs: retryAfterMs(headers['retry-after'], Date.now()) }
}

/** Seconds, or a date: https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3 */
function retryAfterMs(text: string | undefined, nowMs: number): number | undefined {
  if (text === undefined) return undefined
  const ms = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - nowMs
  return Number.isNaN(ms) ? undefined : Math.min(Math.max(0, ms), longestRetryAfterMs)
}
