import { once } from 'node:events'
import type { AddressInfo } from 'node:net'

import { http } from '@google-cloud/functions-framework'
import { getTestServer } from '@google-cloud/functions-framework/testing'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'

import { askOnce, RawConnection, requestBytes } from '../testing/raw-connection.ts'
import { makeSample, type Sample } from '../testing/sample.ts'
import { samplesOf } from '../testing/samples.ts'
import { startHost, type TestHost } from '../testing/test-host.ts'
import { leaveRequestsToFunctions } from './framework.ts'

interface Hosted {
  readonly port: number
  stop(): Promise<void>
}

const hosts = {
  'our host': (sample: Sample): Promise<Hosted> => startHost(sample.function),
  'functions-framework': async (sample: Sample): Promise<Hosted> => {
    vi.stubEnv('LOG_LEVEL', 'silent')
    http('streaming', sample.function)
    const leave = leaveRequestsToFunctions()
    const server = getTestServer('streaming').listen(0, '127.0.0.1')
    await once(server, 'listening')
    const stop = async (): Promise<void> => {
      leave()
      vi.unstubAllEnvs()
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    }
    return { port: (server.address() as AddressInfo).port, stop }
  },
}

let sample: Sample
let connections: RawConnection[]

beforeEach(() => {
  sample = makeSample()
  connections = []
})

async function open(port: number, options?: { reads: boolean }): Promise<RawConnection> {
  const connection = await RawConnection.open(port, options)
  connections.push(connection)
  return connection
}

const padded = (count: number): string => Array.from({ length: count }, (_, part) => `${part}`.padEnd(1000)).join('')

describe.for(Object.entries(hosts))('under %s', ([, start]) => {
  let host: Hosted

  beforeEach(async () => {
    host = await start(sample)
  })

  afterEach(async () => {
    for (const connection of connections) connection.destroy()
    await host.stop()
  })

  test('a stream comes in chunks, whole, and the connection is used again', async () => {
    const client = await open(host.port)
    for (const count of [0, 1, 3000]) {
      const { status, headers, body } = await client.ask({ target: `/parts/${count}` })
      expect(status).toBe(200)
      expect(headers).toMatchObject({ 'content-type': 'text/plain', 'transfer-encoding': 'chunked' })
      expect(headers['content-length']).toBeUndefined()
      expect(body).toBe(padded(count))
    }
  })

  test('HEAD makes no part of it', async () => {
    const client = await open(host.port)
    const { status, headers } = await client.ask({ method: 'HEAD', target: '/parts/3' })
    expect(status).toBe(200)
    expect(headers).toMatchObject({ 'content-type': 'text/plain' })
    expect(headers['content-length']).toBeUndefined()
    expect((await client.ask({ target: '/healthz' })).body).toBe('OK')
    expect(sample.made).toEqual([])
  })

  test('a client of HTTP/1.0 gets it without chunks', async () => {
    const client = await open(host.port)
    await client.send('GET /parts/2 HTTP/1.0\r\nHost: a\r\n\r\n')
    const received = await client.ended()
    expect(received).toMatch(/^HTTP\/1\.1 200 OK\r\n/)
    expect(received).not.toContain('transfer-encoding')
    expect(received.split('\r\n\r\n')[1]).toBe(padded(2))
  })

  test('what fails before the first part is answered as a problem', async () => {
    const { status, headers, body } = await askOnce(host.port, { target: '/broken/0' })
    expect(status).toBe(503)
    expect(headers).toMatchObject({ 'retry-after': '1', 'content-type': 'application/problem+json' })
    expect(JSON.parse(body)).toMatchObject({ detail: 'The sample broke off.' })
  })

  test('what fails later cuts the connection off, so that nobody takes it for whole', async () => {
    const client = await open(host.port)
    await client.send({ target: '/broken/2' })
    await expect(client.answer()).rejects.toThrow('The connection ended')
  })

  test('no more is made than a reader takes', async () => {
    const client = await open(host.port, { reads: false })
    await client.send({ target: '/parts/50000' })
    // Until the buffers of both ends are full.
    await expect.poll(() => sample.made.length).toBeGreaterThan(0)
    let before = -1
    await expect.poll(() => before === (before = sample.made.length), { interval: 300, timeout: 15_000 }).toBe(true)
    expect(sample.made.length).toBeLessThan(25_000)
    client.read()
    expect((await client.answer()).body).toHaveLength(50_000_000)
  })

  test('it ends when its client leaves', async () => {
    const clients = [await open(host.port), await open(host.port)]
    for (const client of clients) await client.send({ target: '/endless' })
    await sample.gate.holds(2)
    clients[0]?.destroy()
    clients[1]?.reset()
    await sample.gate.holds(0)
    expect((await askOnce(host.port, { target: '/greeting' })).status).toBe(200)
  })
})

describe('under our host', () => {
  let host: TestHost

  afterEach(async () => {
    for (const connection of connections) connection.destroy()
    await host.stop()
  })

  test('it is logged and counted when it is at its end', async () => {
    host = await startHost(sample.function)
    await askOnce(host.port, { target: '/parts/2' })
    await (await open(host.port)).send({ target: '/broken/2' })
    const client = await open(host.port)
    await client.send({ target: '/endless' })
    await sample.gate.holds(1)
    expect(await host.log.untilRequests(2)).toMatchObject([
      { route: '/parts/:count', status: 200 },
      { route: '/broken/:count', status: 500 },
    ])
    expect(host.log.all.filter(({ msg }) => msg === 'a reply broke off')).toHaveLength(1)
    client.destroy()
    expect((await host.log.untilRequests(3))[2]).toMatchObject({ route: '/endless', status: 200 })
    expect(samplesOf(host.metrics)).toMatchObject({
      'http_requests_total{function="sample",route="/endless",method="GET",code="200"}': 1,
    })
    expect(host.instance.inFlight).toBe(0)
  })

  test('pipelined requests behind it are answered after it', async () => {
    host = await startHost(sample.function)
    const client = await open(host.port)
    await client.send(Buffer.concat(['/parts/500', '/parts/2', '/greeting'].map((target) => requestBytes({ target }))))
    for (const body of [padded(500), padded(2), '{"greeting":"hello"}']) expect((await client.answer()).body).toBe(body)
  })

  test('it is in flight until it is at its end, unless it has stepped aside', async () => {
    host = await startHost(sample.function, { limits: { inFlight: 1 } })
    await (await open(host.port)).send({ target: '/endless' })
    await sample.gate.holds(1)
    expect((await askOnce(host.port, { target: '/greeting' })).status).toBe(200)
    const slow = await open(host.port, { reads: false })
    await slow.send({ target: '/parts/100000' })
    await expect.poll(() => sample.made.length).toBeGreaterThan(0)
    expect((await askOnce(host.port, { target: '/greeting' })).status).toBe(429)
    slow.destroy()
    await expect.poll(() => host.instance.inFlight).toBe(0)
    expect((await askOnce(host.port, { target: '/greeting' })).status).toBe(200)
  })

  test('a drain ends what has no end of its own, and waits for what has', async () => {
    host = await startHost(sample.function)
    const [endless, whole] = [await open(host.port), await open(host.port, { reads: false })]
    await endless.send({ target: '/endless' })
    await sample.gate.holds(1)
    await whole.send({ target: '/parts/20000' })
    await expect.poll(() => sample.made.length).toBeGreaterThan(0)
    host.instance.drain()
    expect(await endless.answer()).toMatchObject({ status: 200, body: 'begin' })
    const cutOff = host.host.drain({ listenMs: 0, idleMs: 100, timeoutMs: 15_000 })
    whole.read()
    expect((await whole.answer()).body).toHaveLength(20_000_000)
    expect(await cutOff).toBe(0)
  })

  test('other settings end it, for its client to come back to what they open', async () => {
    host = await startHost(sample.function)
    const client = await open(host.port)
    await client.send({ target: '/endless' })
    await sample.gate.holds(1)
    await host.instance.reload(host.instance.settings)
    expect(await client.answer()).toMatchObject({ status: 200, body: 'begin' })
    await expect.poll(() => sample.held[0]?.isClosed).toBe(true)
  })
})
