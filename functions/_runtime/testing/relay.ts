import { once } from 'node:events'
import { connect, createServer, type Server, type Socket } from 'node:net'

/** What a relay does with a new connection. */
export type Welcome =
  | 'pass on'
  /** Takes it, and never answers, as a network that loses packets does. */
  | 'ignore'
  /** Takes it and ends it, as a pooler without a server does. */
  | 'hang up'

/** Stands between clients and a server, and fails as networks and what is in them do. */
export class Relay {
  /** Of the server, by way of the relay. */
  readonly url: string
  welcome: Welcome = 'pass on'
  /** Connections that were made so far. */
  connections = 0
  readonly #listener: Server
  readonly #sockets = new Set<Socket>()

  static async to(server: URL): Promise<Relay> {
    const listener = createServer().listen(0, '127.0.0.1')
    await once(listener, 'listening')
    return new Relay(listener, server)
  }

  private constructor(listener: Server, server: URL) {
    this.#listener = listener
    const address = listener.address()
    const url = new URL(server)
    if (address !== null && typeof address === 'object') url.port = String(address.port)
    this.url = url.href
    listener.on('connection', (client) => this.#take(client, server))
  }

  /** Nothing is closed any more, and nothing arrives; what comes is not ended either. */
  silence(): void {
    for (const socket of this.#sockets) {
      socket.unpipe()
      socket.removeAllListeners('end')
    }
  }

  /** Passes on a number of bytes that the server sends, and then as `after` says. */
  stopAfter(bytes: number, after: 'silence' | 'cut'): void {
    let left = bytes
    for (const socket of this.#sockets) {
      socket.on('data', (chunk: Buffer) => {
        left -= chunk.length
        if (left > 0) return
        if (after === 'cut') this.cut()
        else this.silence()
      })
    }
  }

  /** Ends all connections with a reset. */
  cut(): void {
    for (const socket of this.#sockets) socket.resetAndDestroy()
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    this.#listener.close()
    await once(this.#listener, 'close')
  }

  #take(client: Socket, server: URL): void {
    this.connections += 1
    this.#keep(client)
    if (this.welcome === 'hang up') client.end()
    if (this.welcome !== 'pass on') return
    const upstream = connect(Number(server.port), server.hostname)
    this.#keep(upstream)
    client.pipe(upstream).pipe(client)
  }

  #keep(socket: Socket): void {
    this.#sockets.add(socket)
    socket.on('error', () => {})
    socket.on('close', () => this.#sockets.delete(socket))
  }
}
