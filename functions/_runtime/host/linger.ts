import type { IncomingMessage } from 'node:http'
import { Socket } from 'node:net'

/** How long, and for how many bytes, a connection outlives an answer that was given before the body was read. */
const lingerMs = 5000
const lingerBytes = 32 * 1_048_576

/**
 * Lets a client that is still sending read the answer that ends its connection. Closing a socket with unread bytes in
 * it resets the connection, and a reset takes back an answer that has not been read yet; so what still comes of the
 * body is dropped for a while first. To be called before the answer is written.
 */
export function linger(request: IncomingMessage): void {
  const { socket } = request
  let bytes = 0
  request.on('data', (chunk: Buffer) => {
    bytes += chunk.length
    if (bytes > lingerBytes) socket.destroy()
  })
  // The body may have been paused where it went over the limit.
  request.resume()
  socket.destroySoon = () => {
    if (request.complete) return Socket.prototype.destroySoon.call(socket)
    request.once('end', () => Socket.prototype.destroySoon.call(socket))
    endSoftly(socket)
  }
}

/** Says that nothing more will come, and closes when the other side has heard it or has had the time to. */
export function endSoftly(socket: Socket, lastWords = ''): void {
  socket.end(lastWords)
  const timer = setTimeout(() => socket.destroy(), lingerMs).unref()
  socket.once('close', () => clearTimeout(timer))
}
