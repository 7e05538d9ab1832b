import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { afterEach, beforeEach, expect, test } from 'vitest'

import { askOnce, RawConnection } from '../testing/raw-connection.ts'
import { ServerProcess } from '../testing/server-process.ts'

const script = fileURLToPath(new URL('../testing/sample-process.ts', import.meta.url))
const usual = { HOST: '127.0.0.1', PORT: '0', DRAIN_LISTEN_MS: '100' }

let folder: string
let settingsPath: string
let server: ServerProcess

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'quartet-serve-'))
  settingsPath = join(folder, 'quartet.yaml')
})

afterEach(async () => {
  await server.kill()
  rmSync(folder, { recursive: true })
})

function start(env: Readonly<Record<string, string>> = {}, settings = ''): Promise<number> {
  writeFileSync(settingsPath, settings)
  server = new ServerProcess([script], { ...usual, QUARTET_SETTINGS: settingsPath, ...env })
  return server.port()
}

async function greeting(port: number): Promise<unknown> {
  return JSON.parse((await askOnce(port, { target: '/greeting' })).body)
}

/** Asks on one connection until it is told that it closes. */
async function hammer(port: number): Promise<{ sent: number; answered: number }> {
  const connection = await RawConnection.open(port)
  const count = { sent: 0, answered: 0 }
  for (let isOpen = true; isOpen;) {
    count.sent += 1
    const { status, headers } = await connection.ask({ target: '/work/3' })
    if (status === 200) count.answered += 1
    isOpen = headers['connection'] !== 'close'
  }
  connection.destroy()
  return count
}

test('SIGTERM under load loses no request, and the process ends with 0', async () => {
  const port = await start()
  const load = Promise.all(Array.from({ length: 50 }, () => hammer(port)))
  await server.log.untilRequests(500)
  server.signal('SIGTERM')
  const counts = await load
  for (const { sent, answered } of counts) expect(answered).toBe(sent)
  expect(await server.exitCode()).toBe(0)
  const sent = counts.reduce((sum, count) => sum + count.sent, 0)
  expect(server.log.requests).toHaveLength(sent)
  expect(server.log.all.filter(({ level }) => level !== 'info')).toEqual([])
  await expect(RawConnection.open(port)).rejects.toThrow('ECONNREFUSED')
})

test('from SIGTERM on the function is not ready, and answers all the same', async () => {
  const port = await start({ DRAIN_IDLE_MS: '10000' })
  const [probe, client] = [await RawConnection.open(port), await RawConnection.open(port)]
  server.signal('SIGTERM')
  await server.log.until(({ msg }) => msg === 'draining')
  const { status, body } = await probe.ask({ target: '/readyz', headers: ['connection: close'] })
  expect(status).toBe(503)
  expect(JSON.parse(body)).toMatchObject({ status: 'draining' })
  expect((await client.ask({ target: '/greeting', headers: ['connection: close'] })).status).toBe(200)
  expect(await server.exitCode()).toBe(0)
})

test('a second signal does not cut the drain short', async () => {
  const port = await start()
  const client = await RawConnection.open(port)
  await client.send({ target: '/work/500' })
  await client.send({ target: '/healthz' })
  await server.log.untilRequests(1)
  server.signal('SIGTERM')
  await server.log.until(({ msg }) => msg === 'draining')
  server.signal('SIGTERM')
  expect((await client.answer()).status).toBe(200)
  expect((await client.answer()).status).toBe(200)
  expect(await server.exitCode()).toBe(0)
})

test('requests that outlast the drain are lost, and the process says so and ends with 1', async () => {
  const port = await start({ DRAIN_LISTEN_MS: '0', DRAIN_TIMEOUT_MS: '200' })
  const client = await RawConnection.open(port)
  await client.send({ target: '/stay' })
  await client.send({ target: '/healthz' })
  await server.log.untilRequests(1)
  server.signal('SIGTERM')
  await expect(client.answer()).rejects.toThrow('The connection ended')
  expect(await server.exitCode()).toBe(1)
  expect(server.log.all).toContainEqual(expect.objectContaining({ level: 'error', connections: 1 }))
})

test('a handler that never ends does not keep the process when its client is gone', async () => {
  const port = await start({ DRAIN_TIMEOUT_MS: '500' })
  const client = await RawConnection.open(port)
  await client.send({ target: '/stay' })
  await client.send({ target: '/healthz' })
  await server.log.untilRequests(1)
  client.destroy()
  server.signal('SIGTERM')
  expect(await server.exitCode()).toBe(0)
})

test('SIGHUP makes changed settings hold', async () => {
  const port = await start({}, 'sample: { greeting: good morning }')
  expect(await greeting(port)).toEqual({ greeting: 'good morning' })
  writeFileSync(settingsPath, 'sample: { greeting: good evening }\nlogLevel: warn')
  server.signal('SIGHUP')
  await expect.poll(() => greeting(port)).toEqual({ greeting: 'good evening' })
  await askOnce(port, { target: '/greeting', headers: ['x-request-id: quiet'] })
  server.signal('SIGTERM')
  await server.exitCode()
  expect(server.log.requests.filter(({ requestId }) => requestId === 'quiet')).toEqual([])
})

test('settings that are wrong are named in the log, and those before stay', async () => {
  const port = await start({}, 'sample: { greeting: good morning }')
  writeFileSync(settingsPath, 'sample: { greeting: 7 }')
  server.signal('SIGHUP')
  const [line] = await server.log.until(({ msg }) => String(msg).startsWith('settings were not reloaded'))
  expect(line).toMatchObject({
    level: 'error',
    err: { message: expect.stringContaining('quartet.yaml:1:11: greeting') },
  })
  expect(await greeting(port)).toEqual({ greeting: 'good morning' })
})

test('settings with which the function does not open are named in the log, and those before stay', async () => {
  const port = await start({}, 'sample: { greeting: good morning }')
  writeFileSync(settingsPath, 'sample: { greeting: broken }')
  server.signal('SIGHUP')
  await server.log.until(({ msg }) => String(msg).startsWith('settings were not reloaded'))
  expect(await greeting(port)).toEqual({ greeting: 'good morning' })
  writeFileSync(settingsPath, 'sample: { greeting: good night }')
  server.signal('SIGHUP')
  await server.log.until(({ msg }) => msg === 'settings were reloaded')
  expect(await greeting(port)).toEqual({ greeting: 'good night' })
})

test('many signals to reload at once end with the last settings', async () => {
  const port = await start()
  for (let turn = 0; turn < 20; turn += 1) {
    writeFileSync(settingsPath, `sample: { greeting: turn ${turn} }`)
    server.signal('SIGHUP')
  }
  await expect.poll(() => greeting(port)).toEqual({ greeting: 'turn 19' })
})

test('a function with wrong settings does not start, says what is wrong, and ends with 1', async () => {
  server = new ServerProcess([script], { ...usual, PORT: 'eighty', SAMPLE_GREETING: 'hello' })
  expect(await server.exitCode()).toBe(1)
  expect(server.stderr).toContain('sample cannot start.\nenvironment PORT: port:')
  expect(server.log.all).toEqual([])
})

test('a function whose port is taken does not start, and ends with 1', async () => {
  const port = await start()
  const second = new ServerProcess([script], { ...usual, PORT: String(port) })
  expect(await second.exitCode()).toBe(1)
  expect(second.stderr).toContain('EADDRINUSE')
})

test('a function that does not open listens, and tries again with each request', async () => {
  const port = await start({ SAMPLE_GREETING: 'broken' })
  expect((await askOnce(port, { target: '/healthz' })).status).toBe(200)
  expect((await askOnce(port, { target: '/greeting' })).status).toBe(500)
  const { status, body } = await askOnce(port, { target: '/readyz' })
  expect(status).toBe(503)
  expect(JSON.parse(body)).toMatchObject({ status: 'failed', checks: { open: { status: 'failed' } } })
})
