import { once } from 'node:events'
import { connect, Socket } from 'node:net'

import postgres from 'postgres'

interface Server {
  readonly host: string
  readonly port: number
  /** Of a Unix socket; false where there is none. */
  readonly path: string | false
}

/** No server answered, or it hung up before it was ready: nothing has been asked of it. */
class DialError extends Error {
  override readonly name = 'DialError'
  readonly code = 'CONNECT_FAILED'
}

/**
 * Makes connections to the first server that takes one, of those that a URL names. The driver itself would try them in
 * turn without a pause, for as long as none of them does.
 */
export class Dialer {
  readonly #servers: readonly Server[]
  readonly #timeoutMs: number
  /** Of the servers, the one that took a connection last. */
  #first = 0

  /** @param timeoutMs time for each server */
  constructor(url: string, timeoutMs: number) {
    // Not a connection yet; it says how the driver understands the URL and the PG* variables.
    const { host, port, path } = postgres(url).options
    this.#servers = host.map((name, index) => ({ host: name, port: port[index] ?? 5432, path: path ?? false }))
    this.#timeoutMs = timeoutMs
  }

  /** The server that the next connection is tried with first. */
  get server(): Server {
    return this.#serverAt(this.#first)
  }

  /** Lets the next connection begin with another server, where there is one. */
  skip(): void {
    this.#first += 1
  }

  /** @returns a socket that is connected, or fails soon: of a promise that fails the driver takes no notice */
  async dial(): Promise<Socket> {
    let reason: unknown
    const begin = this.#first
    for (let index = begin; index < begin + this.#servers.length; index += 1) {
      const { host, port, path } = this.#serverAt(index)
      const socket = path === false ? connect(port, host) : connect(path)
      try {
        await once(socket, 'connect', { signal: AbortSignal.timeout(this.#timeoutMs) })
        this.#first = index
        // The name that the server's certificate must have.
        return Object.assign(socket, { host })
      } catch (error) {
        socket.destroy()
        reason = error
      }
    }
    return failingSocket('No server of the database takes a connection.', reason)
  }

  #serverAt(index: number): Server {
    const server = this.#servers[index % this.#servers.length]
    if (!server) throw new Error('A URL has a host.')
    return server
  }
}

/** A socket that fails as soon as somebody can have listened. */
export function failingSocket(message: string, cause?: unknown): Socket {
  const socket = new Socket()
  setImmediate(() => socket.destroy(new DialError(message, { cause })))
  return socket
}
