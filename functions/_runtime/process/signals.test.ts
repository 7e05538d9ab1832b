import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

import { afterEach, expect, test } from 'vitest'

import { RawConnection } from '../testing/raw-connection.ts'
import { ServerProcess } from '../testing/server-process.ts'

const script = fileURLToPath(new URL('../testing/sample-process.ts', import.meta.url))

let server: ServerProcess

afterEach(() => server.kill())

/** Has a request in flight when the drain begins. */
async function drainDuring(target: string): Promise<RawConnection> {
  server = new ServerProcess([script], { HOST: '127.0.0.1', PORT: '0', DRAIN_LISTEN_MS: '0' })
  const client = await RawConnection.open(await server.port())
  await client.send({ target })
  await client.send({ target: '/healthz' })
  await server.log.untilRequests(1)
  server.signal('SIGINT')
  return client
}

test('a drain says that a second Ctrl-C ends it, and one does so at once', async () => {
  const client = await drainDuring('/stay')
  const [line] = await server.log.until(({ msg }) => msg === 'draining')
  expect(line).toMatchObject({ level: 'info', signal: 'SIGINT', again: 'ends at once' })
  await sleep(1000)
  server.signal('SIGINT')
  await expect(client.answer()).rejects.toThrow('The connection ended')
  expect(await server.exitCode()).toBe(1)
  expect(server.log.all.at(-1)).toMatchObject({ level: 'warn', signal: 'SIGINT', msg: 'ending at once' })
})

test('a signal that comes twice within milliseconds is one', async () => {
  const client = await drainDuring('/work/1500')
  server.signal('SIGINT')
  await server.log.until(({ msg }) => msg === 'draining')
  server.signal('SIGINT')
  expect((await client.answer()).status).toBe(200)
  expect((await client.answer()).status).toBe(200)
  expect(await server.exitCode()).toBe(0)
})
