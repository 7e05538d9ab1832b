import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'

/** A client's connection, and what it has asked. */
export class Connection {
  readonly socket: Socket
  /** Requests that are being answered. */
  inFlight = 0
  /** The request that arrived last. */
  latest: IncomingMessage | undefined
  /** Whether what follows the latest request can no longer be understood. */
  isBroken = false
  #bytesBefore = 0

  constructor(socket: Socket) {
    this.socket = socket
  }

  /** Takes note of what has arrived, for isIdle to compare with. */
  mark(): void {
    this.#bytesBefore = this.socket.bytesRead
  }

  /** Whether nothing is asked or answered on it, and nothing has arrived since it was marked. */
  get isIdle(): boolean {
    const { bytesRead, writableLength } = this.socket
    return this.inFlight === 0 && writableLength === 0 && bytesRead === this.#bytesBefore
  }
}
