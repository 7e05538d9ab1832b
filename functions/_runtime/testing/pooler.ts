import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'

export interface Pooler {
  readonly url: string
  close(): Promise<void>
}

/** Stands before a server and refuses a parameter of sessions, as PgBouncer does with those that it does not know. */
export async function poolerWithout(parameter: string, server: URL): Promise<Pooler> {
  const sockets = new Set<Socket>()
  const listener = createServer((client) => {
    keep(client)
    client.once('data', (startup: Buffer) => {
      if (startup.includes(`${parameter}\0`)) {
        client.end(refusalOf(parameter))
        return
      }
      const upstream = connect(Number(server.port), server.hostname)
      keep(upstream)
      upstream.write(startup)
      client.pipe(upstream).pipe(client)
    })
  }).listen(0, '127.0.0.1')
  const keep = (socket: Socket): void => {
    sockets.add(socket)
    socket.on('error', () => {})
  }
  await once(listener, 'listening')
  const address = listener.address()
  const url = new URL(server)
  if (address !== null && typeof address === 'object') url.port = String(address.port)
  const close = async (): Promise<void> => {
    for (const socket of sockets) socket.destroy()
    listener.close()
    await once(listener, 'close')
  }
  return { url: url.href, close }
}

/** An ErrorResponse: https://www.postgresql.org/docs/current/protocol-message-formats.html */
function refusalOf(parameter: string): Buffer {
  const fields = Buffer.from(`SFATAL\0C08P01\0Munsupported startup parameter: ${parameter}\0\0`)
  const head = Buffer.alloc(5, 'E')
  head.writeInt32BE(4 + fields.length, 1)
  return Buffer.concat([head, fields])
}
