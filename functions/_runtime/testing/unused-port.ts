import { once } from 'node:events'
import { createServer } from 'node:net'

/** Finds a port of the loopback address that nobody listens on. */
export async function unusedPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('A server on TCP has a port.')
  server.close()
  await once(server, 'close')
  return address.port
}
