import { afterEach, beforeEach, expect, test } from 'vitest'

import { askOnce, RawConnection, requestBytes } from '../testing/raw-connection.ts'
import { makeSample, type Sample } from '../testing/sample.ts'
import { startHost, type TestHost } from '../testing/test-host.ts'

let sample: Sample
let host: TestHost
const connections: RawConnection[] = []

/** Long enough for every test; nothing here waits for it to pass but what is cut off. */
const patient = { listenMs: 0, idleMs: 100, timeoutMs: 15_000 }

beforeEach(async () => {
  sample = makeSample()
  host = await startHost(sample.function)
})

afterEach(async () => {
  sample.gate.open()
  for (const connection of connections.splice(0)) connection.destroy()
  await host.stop()
})

async function open(options?: { reads: boolean }): Promise<RawConnection> {
  const connection = await RawConnection.open(host.port, options)
  connections.push(connection)
  return connection
}

/** Begins a drain and waits until the listener is gone. */
async function beginDrain(settings = patient): Promise<{ cutOff: Promise<number> }> {
  const cutOff = host.host.drain(settings)
  await expect.poll(isListening).toBe(false)
  return { cutOff }
}

async function isListening(): Promise<boolean> {
  try {
    const connection = await RawConnection.open(host.port)
    connection.destroy()
    return true
  } catch {
    return false
  }
}

test('requests in flight on connections that are kept alive are answered, each of which is told to close', async () => {
  const clients = await Promise.all(Array.from({ length: 20 }, () => open()))
  for (const client of clients) {
    expect(await client.ask({ target: '/greeting' })).toMatchObject({
      status: 200,
      headers: { connection: 'keep-alive' },
    })
    await client.send({ target: '/wait' })
  }
  await sample.gate.holds(20)
  const { cutOff } = await beginDrain()
  sample.gate.open()
  for (const client of clients) {
    expect(await client.answer()).toMatchObject({ status: 200, headers: { connection: 'close' } })
    expect(await client.ended()).toBe('')
  }
  expect(await cutOff).toBe(0)
})

test('all requests that were pipelined are answered, the last of which closes the connection', async () => {
  const client = await open()
  await client.send(Buffer.concat(['/wait', '/greeting', '/wait'].map((target) => requestBytes({ target }))))
  await sample.gate.holds(2)
  const { cutOff } = await beginDrain()
  sample.gate.open()
  expect(await client.answer()).toMatchObject({ status: 200, headers: { connection: 'keep-alive' } })
  expect(await client.answer()).toMatchObject({ status: 200, headers: { connection: 'keep-alive' } })
  expect(await client.answer()).toMatchObject({ status: 200, headers: { connection: 'close' } })
  expect(await cutOff).toBe(0)
})

test('idle connections are closed, those that never sent anything too', async () => {
  const [used, unused] = [await open(), await open()]
  await used.ask({ target: '/greeting' })
  expect(await host.host.drain(patient)).toBe(0)
  expect(await used.ended()).toBe('')
  expect(await unused.ended()).toBe('')
})

test('a request that was on its way when the drain began is answered', async () => {
  const client = await open()
  await client.ask({ target: '/greeting' })
  const { cutOff } = await beginDrain({ ...patient, idleMs: 10_000 })
  expect(await client.ask({ target: '/greeting' })).toMatchObject({ status: 200, headers: { connection: 'close' } })
  expect(await cutOff).toBe(0)
})

test('a request of which only a part has arrived is waited for', async () => {
  const [client, idle] = [await open(), await open()]
  const bytes = requestBytes({ target: '/greeting' })
  const { cutOff } = await beginDrain({ ...patient, idleMs: 1000 })
  await client.send(bytes.subarray(0, 20))
  await idle.ended()
  await client.send(bytes.subarray(20))
  expect((await client.answer()).status).toBe(200)
  expect(await cutOff).toBe(0)
})

test('a client that reads slowly gets all of its answer', async () => {
  const client = await open({ reads: false })
  await client.send({ target: '/bytes/30000000' })
  await host.log.untilRequests(1)
  const { cutOff } = await beginDrain({ ...patient, idleMs: 0 })
  client.read()
  expect((await client.answer()).body).toHaveLength(30_000_000)
  expect(await cutOff).toBe(0)
})

test('requests that take longer than the drain may are cut off, and counted', async () => {
  const [one, other] = [await open(), await open()]
  await one.send({ target: '/wait' })
  await other.send({ target: '/stay' })
  await sample.gate.holds(2)
  expect(await host.host.drain({ listenMs: 0, idleMs: 0, timeoutMs: 50 })).toBe(2)
  await expect(one.answer()).rejects.toThrow('The connection ended')
})

test('while the listener stays, new connections are answered', async () => {
  const cutOff = host.host.drain({ ...patient, listenMs: 500 })
  expect(await askOnce(host.port, { target: '/greeting' })).toMatchObject({
    status: 200,
    headers: { connection: 'keep-alive' },
  })
  expect(await cutOff).toBe(0)
})

test('readiness is gone from the beginning of a drain, and liveness is not', async () => {
  host.instance.drain()
  const { status, body } = await askOnce(host.port, { target: '/readyz' })
  expect(status).toBe(503)
  expect(JSON.parse(body)).toMatchObject({ status: 'draining' })
  expect((await askOnce(host.port, { target: '/livez' })).status).toBe(200)
  expect((await askOnce(host.port, { target: '/greeting' })).status).toBe(200)
})

test('what is held is closed after the last answer, and not before', async () => {
  const client = await open()
  await client.send({ target: '/wait' })
  await sample.gate.holds(1)
  const closed = host.instance.close()
  expect(sample.held).toMatchObject([{ isClosed: false }])
  sample.gate.open()
  expect((await client.answer()).status).toBe(200)
  await closed
  expect(sample.held).toMatchObject([{ isClosed: true }])
})
