import { existsSync, readdirSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

import { afterEach, expect, test, vi } from 'vitest'

import { testDatabase } from '../../functions/_runtime/testing/database.ts'
import { functions } from '../../functions/list.ts'
import { freePort } from '../local/free-port.ts'
import { commandLine } from '../local/process-table.ts'
import { killed, Workplace } from '../testing/workplace.ts'

// Making the data of a server takes a second, and many on a busy machine.
vi.setConfig({ testTimeout: 90_000 })

let workplace: Workplace

afterEach(() => workplace.close())

const names = Object.keys(functions)
const json = { 'content-type': 'application/json' }

async function statusOf(url: string, init?: RequestInit): Promise<number> {
  const response = await fetch(url, init)
  await response.arrayBuffer()
  return response.status
}

async function create(url: string, name: string): Promise<void> {
  const body = JSON.stringify({ name, metadata: { kept: true } })
  expect(await statusOf(`${url}/configs`, { method: 'POST', headers: json, body })).toBe(201)
}

test('start serves everything at one address, says how to try it, and Ctrl-C ends it all', async () => {
  workplace = new Workplace()
  const quartet = workplace.start()
  const url = await quartet.url()
  for (const name of names) {
    expect(quartet.stdout).toMatch(new RegExp(`^  ${name} +curl .*${url}/${name}$`, 'm'))
  }
  expect(quartet.stdout).toContain('.quartet/postgres')
  const links = ['/', '/functions', '/configs', '/configs/datacenter-1', '/health', '/metrics']
  const own = names.flatMap((name) =>
    ['', '/', '/openapi.json', '/readyz', '/healthz', '/version'].map((path) => `/functions/${name}${path}`),
  )
  for (const link of [...links, ...own]) {
    expect([link, await statusOf(`${url}${link}`)]).toEqual([link, 200])
  }
  expect(await (await fetch(`${url}/health`)).json()).toMatchObject({
    state: 'ready',
    functions: Object.fromEntries(names.map((name) => [name, { state: 'ready' }])),
  })
  expect(await (await fetch(`${url}/functions`)).json()).toHaveLength(names.length)
  expect(await statusOf(`${url}/functions/nosuch`)).toBe(404)
  expect(await statusOf(`${url}/functions/nosuch/readyz`)).toBe(404)
  expect(await statusOf(`${url}/predict`)).toBe(405)
  const { postmaster = 0 } = workplace
  expect(commandLine(postmaster)).toContain('postgres')
  const { code, stderr } = await quartet.interrupt()
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(commandLine(postmaster)).toBe('')
})

test('configs are kept when quartet is killed, its database is, and both are', async () => {
  workplace = new Workplace(0o700)
  const first = workplace.start()
  await create(await first.url(), 'before-quartet-was-killed')
  await first.kill()

  const second = workplace.start()
  const secondUrl = await second.url()
  expect(await statusOf(`${secondUrl}/configs/before-quartet-was-killed`)).toBe(200)
  await create(secondUrl, 'before-postgres-was-killed')
  await killed(workplace.postmaster ?? 0)
  await expect.poll(() => statusOf(`${secondUrl}/configs`), { timeout: 15_000 }).toBe(503)
  expect(await statusOf(`${secondUrl}/functions/predict/readyz`)).toBe(200)
  expect((await second.interrupt()).code).toBe(0)

  const third = workplace.start()
  const thirdUrl = await third.url()
  expect(await statusOf(`${thirdUrl}/configs/before-postgres-was-killed`)).toBe(200)
  await create(thirdUrl, 'before-both-were-killed')
  const { postmaster = 0 } = workplace
  await Promise.all([third.kill(), killed(postmaster)])

  const last = workplace.start()
  expect(await statusOf(`${await last.url()}/configs/before-both-were-killed`)).toBe(200)
  expect(await statusOf(`${await last.url()}/configs/before-quartet-was-killed`)).toBe(200)
  expect((await last.interrupt()).code).toBe(0)
  expect(workplace.postmaster).toBeUndefined()
})

test('a second quartet on the same data neither stops the first one nor is stopped by it', async () => {
  workplace = new Workplace()
  const first = workplace.start()
  const firstUrl = await first.url()
  const second = workplace.start(['configs'])
  const secondUrl = await second.url()
  await create(firstUrl, 'by-the-first')
  expect(await statusOf(`${secondUrl}/configs/by-the-first`)).toBe(200)
  expect((await second.interrupt()).code).toBe(0)
  expect(await statusOf(`${firstUrl}/configs/by-the-first`)).toBe(200)

  const third = workplace.start(['configs'])
  const thirdUrl = await third.url()
  expect((await first.interrupt()).code).toBe(0)
  expect(await statusOf(`${thirdUrl}/configs/by-the-first`)).toBe(200)
  expect((await third.interrupt()).code).toBe(0)
  expect(workplace.postmaster).toBeUndefined()
})

test('a port that is in use is said, and nothing is left running', async () => {
  workplace = new Workplace()
  const holder = createServer().listen(0, '127.0.0.1')
  await once(holder, 'listening')
  const address = holder.address()
  const PORT = String(address !== null && typeof address === 'object' ? address.port : 0)
  const { code, stdout, stderr } = await workplace.start([], { PORT }).outcome()
  holder.close()
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
  expect(stderr).toBe(`Port ${PORT} is in use. Set PORT to another, or end what uses it.\n`)
  expect(workplace.postmaster).toBeUndefined()
})

test('Ctrl-C while it starts ends it too, and what it had started', async () => {
  workplace = new Workplace()
  const quartet = workplace.start()
  await expect.poll(() => existsSync(join(workplace.folder, '.quartet')), { timeout: 15_000 }).toBe(true)
  expect((await quartet.interrupt()).code).toBe(0)
  expect(workplace.postmaster).toBeUndefined()
})

/** What initdb has made so far in the folder that is not finished; empty before and after. */
function underWay(): string[] {
  const parent = join(workplace.folder, '.quartet')
  if (!existsSync(parent)) return []
  const data = readdirSync(parent).map((name) => join(parent, name, 'data'))
  return data.filter((path) => path.includes('.unfinished-') && existsSync(path)).flatMap((path) => readdirSync(path))
}

test('Ctrl-C in the terminal while the data is made reaches all processes, and ends it without a trace', async () => {
  workplace = new Workplace()
  const quartet = workplace.start([], { LOG_LEVEL: 'info' }, { leadsGroup: true })
  await expect.poll(underWay, { timeout: 15_000, interval: 5 }).not.toEqual([])
  quartet.signalGroup('SIGINT')
  const { code, stdout, stderr } = await quartet.outcome()
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  const lines = stdout.trimEnd().split('\n')
  expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
    expect.objectContaining({ level: 'info', signal: 'SIGINT', again: 'ends at once', msg: 'draining' }),
  ])
  expect(workplace.postmaster).toBeUndefined()
  expect(readdirSync(join(workplace.folder, '.quartet'))).toEqual(['postgres'])
})

/** Sends a request without its body, for which a drain waits. */
async function beginRequest(url: string): Promise<Socket> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1').on('error', () => {})
  const head =
    'POST /configs HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n'
  await new Promise((resolve) => socket.write(head, resolve))
  // An answer on another connection says that the server has read this one.
  await statusOf(url)
  return socket
}

test('a second Ctrl-C ends it at once, and its database with it', async () => {
  workplace = new Workplace()
  const quartet = workplace.start([], { LOG_LEVEL: 'info' })
  const url = await quartet.url()
  const client = await beginRequest(url)
  quartet.signal('SIGINT')
  await expect.poll(() => quartet.stdout).toContain('"draining"')
  // Later than the same Ctrl-C that came twice.
  await sleep(1000)
  const since = performance.now()
  expect((await quartet.interrupt()).code).toBe(1)
  expect(performance.now() - since).toBeLessThan(5000)
  expect(quartet.stdout).toContain('"ending at once"')
  expect(workplace.postmaster).toBeUndefined()
  client.destroy()
})

test.runIf(process.platform === 'linux')(
  'a second Ctrl-C while the data is made ends that too, and the next start makes it',
  async () => {
    workplace = new Workplace()
    const first = workplace.start([], {}, { leadsGroup: true })
    await expect.poll(underWay, { timeout: 15_000, interval: 5 }).not.toEqual([])
    // It does not get any further, as on a disk that has stopped.
    for (const pid of workplace.programs) process.kill(pid, 'SIGSTOP')
    first.signalGroup('SIGINT')
    await sleep(1000)
    first.signalGroup('SIGINT')
    expect((await first.outcome()).code).toBe(1)
    await expect.poll(() => workplace.programs).toEqual([])
    const next = workplace.start(['configs'])
    expect(await statusOf(`${await next.url()}/configs`)).toBe(200)
    expect((await next.interrupt()).code).toBe(0)
    expect(readdirSync(join(workplace.folder, '.quartet'))).toEqual(['postgres'])
  },
)

test('npm start ends with its npm, and so does what it serves', async () => {
  workplace = new Workplace()
  const database = await testDatabase()
  const quartet = workplace.start(
    [],
    { DATABASE_URL: database.url, npm_config_cache: workplace.folder, npm_config_update_notifier: 'false' },
    { cwd: join(import.meta.dirname, '..', '..'), command: ['npm'], leadsGroup: true },
  )
  const url = await quartet.url()
  expect(await statusOf(url)).toBe(200)
  quartet.signal('SIGTERM')
  expect((await quartet.outcome()).code).toBe(0)
  await expect(fetch(url)).rejects.toThrow('fetch failed')
  await database.drop()
})

test('DATABASE_URL names another database, which is brought up to date', async () => {
  workplace = new Workplace()
  const database = await testDatabase()
  const quartet = workplace.start([], { DATABASE_URL: database.url })
  expect(await statusOf(`${await quartet.url()}/configs/datacenter-1`)).toBe(200)
  expect(quartet.stdout).toContain('the database of the settings')
  expect(quartet.stdout).not.toContain(new URL(database.url).password)
  expect((await quartet.interrupt()).code).toBe(0)
  expect(existsSync(join(workplace.folder, '.quartet'))).toBe(false)
  await database.drop()
})

test('a database that cannot be reached is said, without its password', async () => {
  workplace = new Workplace()
  const DATABASE_URL = `postgres://user:hunter2@localhost:${await freePort()}/db`
  const { code, stderr } = await workplace.start([], { DATABASE_URL }).outcome()
  expect(code).toBe(1)
  expect(stderr).toMatch(/^The database of configs was not migrated: .*ECONNREFUSED/)
  expect(stderr).not.toContain('hunter2')
})

test('functions that need no database are served without one', async () => {
  workplace = new Workplace()
  const quartet = workplace.start(['predict', 'health'])
  const url = await quartet.url()
  expect(quartet.stdout).toContain('Quartet serves predict, health on')
  expect(quartet.stdout).not.toContain('PostgreSQL')
  expect(await statusOf(`${url}/functions/predict/readyz`)).toBe(200)
  expect(await statusOf(`${url}/configs`)).toBe(404)
  expect((await quartet.interrupt()).code).toBe(0)
  expect(existsSync(join(workplace.folder, '.quartet'))).toBe(false)
})

test('settings that are wrong are said with their places, and nothing is started', async () => {
  workplace = new Workplace()
  writeFileSync(join(workplace.folder, 'quartet.yaml'), 'prot: 1\nconfigs:\n  limits: {inFlight: -1}\n')
  const unknown = await workplace.start().outcome()
  expect(unknown.code).toBe(1)
  expect(unknown.stderr).toContain('quartet.yaml:1:1: prot: Unrecognized key')
  writeFileSync(join(workplace.folder, 'quartet.yaml'), 'port: 1\nconfigs:\n  limits: {inFlight: -1}\n')
  const wrong = await workplace.start().outcome()
  expect(wrong.code).toBe(1)
  expect(wrong.stderr).toContain('quartet.yaml:3:12: limits.inFlight: Too small')
  const port = await workplace.start([], { PORT: 'http' }).outcome()
  expect(port.code).toBe(1)
  expect(port.stderr).toContain('environment PORT: port: ')
  expect(existsSync(join(workplace.folder, '.quartet'))).toBe(false)
})

test('settings are read again on SIGHUP; those before stay when the new ones are wrong', async () => {
  workplace = new Workplace()
  const settings = join(workplace.folder, 'quartet.yaml')
  const write = (target: string): void =>
    writeFileSync(settings, `health:\n  targets: {${target}: "http://127.0.0.1:1"}\n`)
  write('before')
  const quartet = workplace.start(['health'], { LOG_LEVEL: 'error' })
  const url = await quartet.url()
  const states = async (): Promise<unknown> => (await fetch(`${url}/health`)).json()
  expect(await states()).toMatchObject({ functions: { health: { state: 'ready' }, before: { state: 'down' } } })
  write('after')
  quartet.signal('SIGHUP')
  await expect.poll(states, { timeout: 15_000 }).toMatchObject({ functions: { after: { state: 'down' } } })
  writeFileSync(settings, 'health: {targets: 5}\n')
  quartet.signal('SIGHUP')
  await expect.poll(() => quartet.stdout, { timeout: 15_000 }).toContain('settings were not reloaded')
  expect(await states()).toMatchObject({ functions: { after: { state: 'down' } } })
  expect((await quartet.interrupt()).code).toBe(0)
})
