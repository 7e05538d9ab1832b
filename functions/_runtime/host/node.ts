import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import { Server as NetServer, type AddressInfo, type Socket } from 'node:net'

import { exchange } from '../exchange.ts'
import type { FunctionInstance } from '../instance.ts'
import type { Logger } from '../log.ts'
import { Problem } from '../problem.ts'
import { problemReply } from '../reply.ts'
import type { RuntimeSettings } from '../settings.ts'

/** Finds the function that answers a request; may rewrite the request's url to what the function knows. */
export type Dispatch = (request: IncomingMessage) => FunctionInstance

// The ingress reuses idle connections for up to 90 s; a server that closes first turns the next request into a 502.
const keepAliveTimeoutMs = 95_000
// A client that reads nothing of its answer for this long is cut off; longer than any answer may wait to be given.
const idleSocketTimeoutMs = 300_000
const maxHeaderBytes = 16_384

/** The host of production: Node's own HTTP server, with limits and a drain. */
export class NodeHost {
  readonly #server: Server
  readonly #log: Logger
  #connections = 0
  #isClosing = false

  constructor(dispatch: Dispatch, { limits }: RuntimeSettings, log: Logger) {
    this.#log = log
    const timeouts = {
      headersTimeout: limits.headersTimeoutMs,
      // The body has a deadline of its own, which is answered; this one only ends what that did not.
      requestTimeout: limits.headersTimeoutMs + limits.bodyTimeoutMs + 5000,
      connectionsCheckingInterval: 1000,
      keepAliveTimeout: keepAliveTimeoutMs,
    }
    this.#server = createServer({ ...timeouts, maxHeaderSize: maxHeaderBytes }, (request, response) => {
      exchange(dispatch(request), request, response, () => this.#isClosing).catch((error: unknown) => {
        log.error({ err: error }, 'a request could not be answered')
        response.destroy()
      })
    })
    this.#server.timeout = idleSocketTimeoutMs
    // Without a listener Node would send the body before the function has seen its length; see SocketArrival.readBody.
    this.#server.on('checkContinue', (request, response) => this.#server.emit('request', request, response))
    this.#server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => this.#refuse(error, socket))
    this.#server.on('connection', (socket: Socket) => {
      this.#connections += 1
      socket.once('close', () => (this.#connections -= 1))
    })
  }

  /** @throws the system's error when the address cannot be listened on */
  async listen({ host, port }: Pick<RuntimeSettings, 'host' | 'port'>): Promise<AddressInfo> {
    // A burst from zero arrives at once; the kernel's own limit still holds.
    this.#server.listen({ host, port, backlog: 4096 })
    await once(this.#server, 'listening')
    const address = this.#server.address()
    if (address === null || typeof address === 'string') throw new Error('The server listens on no TCP address.')
    return address
  }

  /**
   * Ends without losing a request: the listener stays for a while, connections are told to close with their next
   * answer, idle ones have a moment to send what was under way, and requests in flight are answered.
   * @returns how many connections had to be cut off
   */
  async drain({ listenMs, idleMs, timeoutMs }: RuntimeSettings['drain']): Promise<number> {
    const deadline = performance.now() + timeoutMs
    await sleep(listenMs)
    // http.Server.close() would close idle connections at once, and with them a request that is on its way.
    NetServer.prototype.close.call(this.#server)
    this.#isClosing = true
    const idleUntil = performance.now() + idleMs
    while (this.#connections > 0 && performance.now() < deadline) {
      if (performance.now() >= idleUntil) this.#server.closeIdleConnections()
      await sleep(10)
    }
    const cutOff = this.#connections
    this.#server.closeAllConnections()
    return cutOff
  }

  /** Answers what is not HTTP, or came too slowly to be. */
  #refuse(error: NodeJS.ErrnoException, socket: Socket): void {
    this.#log.debug({ code: error.code }, 'a connection was refused')
    if (!socket.writable || error.code === 'ECONNRESET') {
      socket.destroy()
      return
    }
    const problem = refusals[error.code ?? ''] ?? new Problem(400, 'Bad Request', 'This is not an HTTP/1.1 request.')
    const { status, headers, body } = problemReply(problem, 'none')
    const lines = Object.entries({ ...headers, 'content-length': String(Buffer.byteLength(String(body))), connection: 'close' })
    const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')
    socket.end(`HTTP/1.1 ${status} ${problem.title}\r\n${head}\r\n${String(body)}`)
  }
}

const refusals: Readonly<Record<string, Problem>> = {
  HPE_HEADER_OVERFLOW: new Problem(
    431,
    'Request Header Fields Too Large',
    `The headers are over the limit of ${maxHeaderBytes} bytes.`,
  ),
  HPE_CHUNK_EXTENSIONS_OVERFLOW: new Problem(413, 'Content Too Large', 'The chunk extensions are over the limit.'),
  ERR_HTTP_REQUEST_TIMEOUT: new Problem(408, 'Request Timeout', 'The request did not arrive in time.'),
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
