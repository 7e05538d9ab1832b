import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { Server as NetServer, type AddressInfo, type Socket } from 'node:net'

import { isStreamed } from '../request/body-stream.ts'
import { exchange } from './exchange.ts'
import type { FunctionInstance } from '../function/instance.ts'
import { endSoftly } from './linger.ts'
import type { Logger } from '../process/log.ts'
import { newRequestId } from '../request/request-id.ts'
import type { RuntimeSettings } from '../settings/settings.ts'
import { breakBody } from './socket-arrival.ts'
import { Connection } from './connection.ts'
import { mostHeadBytes, refusalOf, refusalText } from './refusal.ts'

/** Finds the function that answers a request; may rewrite the request's url to what the function knows. */
export type Dispatch = (request: IncomingMessage) => FunctionInstance

// The ingress reuses idle connections for up to 90 s; a server that closes first turns the next request into a 502.
const keepAliveTimeoutMs = 95_000

/** The host of production: Node's own HTTP server, with limits and a drain. */
export class NodeHost {
  readonly #server: Server
  readonly #dispatch: Dispatch
  readonly #log: Logger
  readonly #connections = new Map<Socket, Connection>()
  #isClosing = false

  constructor(dispatch: Dispatch, { limits }: Pick<RuntimeSettings, 'limits'>, log: Logger) {
    this.#dispatch = dispatch
    this.#log = log
    const answer = (request: IncomingMessage, response: ServerResponse): void => void this.#answer(request, response)
    this.#server = createServer({ connectionsCheckingInterval: 1000, maxHeaderSize: mostHeadBytes }, answer)
    this.#server.keepAliveTimeout = keepAliveTimeoutMs
    this.limit(limits)
    // Without a listener Node would ask for the body before the function has seen its length; see SocketArrival.readBody.
    this.#server.on('checkContinue', answer)
    // Without a listener Node would answer other expectations with a 417 of its own; RFC 9110 lets a server ignore them.
    this.#server.on('checkExpectation', answer)
    this.#server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => this.#refuse(error, socket))
    this.#server.on('connection', (socket: Socket) => {
      this.#connections.set(socket, new Connection(socket))
      socket.once('close', () => this.#connections.delete(socket))
    })
  }

  /** Takes other limits, for the requests to come. */
  limit({ headersTimeoutMs, bodyTimeoutMs, stallTimeoutMs }: RuntimeSettings['limits']): void {
    this.#server.headersTimeout = headersTimeoutMs
    // The body has a deadline of its own, which is answered; this one only ends what that did not.
    this.#server.requestTimeout = headersTimeoutMs + bodyTimeoutMs + 5000
    this.#server.timeout = stallTimeoutMs
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
   * Ends without losing a request: the listener stays for a while, connections are told to close with their last
   * answer, idle ones have a moment to send what was under way, and requests in flight are answered.
   * @returns how many connections had to be cut off
   */
  async drain({ listenMs, idleMs, timeoutMs }: RuntimeSettings['drain']): Promise<number> {
    const deadline = performance.now() + timeoutMs
    await sleep(listenMs)
    // http.Server.close() would close idle connections at once, and with them a request that is on its way.
    NetServer.prototype.close.call(this.#server)
    this.#isClosing = true
    for (const connection of this.#connections.values()) connection.mark()
    const idleUntil = performance.now() + idleMs
    while (this.#connections.size > 0 && performance.now() < deadline) {
      if (performance.now() >= idleUntil) this.#closeIdle()
      await sleep(10)
    }
    const cutOff = this.#connections.size
    for (const socket of this.#connections.keys()) socket.destroy()
    // Now that there is nothing left to lose, it also ends the timer that looks for slow requests.
    this.#server.close()
    return cutOff
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const connection = this.#connections.get(request.socket)
    // The answer before may have said that the connection closes, and what follows then is nobody's request.
    if (!connection || !request.socket.writable) return
    connection.latest = request
    connection.inFlight += 1
    try {
      await exchange(this.#dispatch(request), request, response, () => {
        return (this.#isClosing || connection.isBroken) && connection.latest === request
      })
    } catch (error) {
      this.#log.error({ err: error }, 'a request could not be answered')
      response.destroy()
    } finally {
      connection.inFlight -= 1
      // A connection may idle for long, and needs no request for that.
      if (connection.latest === request && request.complete) connection.latest = undefined
    }
  }

  // http.Server.closeIdleConnections() would also close those that are still being sent the end of an answer.
  #closeIdle(): void {
    for (const { socket, isIdle } of this.#connections.values()) {
      if (isIdle) socket.destroy()
    }
  }

  /** Answers what is not HTTP, or came too slowly to be. */
  #refuse(error: NodeJS.ErrnoException, socket: Socket): void {
    const connection = this.#connections.get(socket)
    // Bytes that come after the last word are dropped until the connection closes.
    if (!connection || !socket.writable) return
    const { latest, inFlight } = connection
    // Who reads a body while it arrives has a deadline of its own for it.
    if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT' && latest && isStreamed(latest)) return
    const problem = refusalOf(error)
    const requestId = newRequestId()
    this.#log.info({ requestId, route: 'unmatched', status: problem.status, code: error.code }, 'refused')
    if (inFlight > 0) {
      // The answers that are owed come first, and the last of them closes the connection.
      connection.isBroken = true
      if (latest?.complete === false) breakBody(latest, problem)
    } else {
      // What was answered before its body came is not answered twice.
      endSoftly(socket, latest?.complete === false ? '' : refusalText(problem, requestId))
    }
  }
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
