import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import postgres, { type Sql } from 'postgres'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'

import { migratedDatabase, type TestDatabase } from '../../functions/_runtime/testing/database.ts'
import { EventSink } from '../../functions/configs/events/testing/event-sink.ts'
import { migrations } from '../../functions/configs/testing/open-configs.ts'
import { quartet, QuartetProcess, type Outcome } from '../testing/quartet-process.ts'

vi.setConfig({ testTimeout: 120_000 })

const patience = { timeout: 60_000 }
let cwd: string
let database: TestDatabase
let sql: Sql
let sink: EventSink

beforeEach(async () => {
  cwd = mkdtempSync(join(tmpdir(), 'quartet-outbox-'))
  database = await migratedDatabase('configs', migrations)
  sql = postgres(database.url, { max: 2 })
  sink = await EventSink.open()
  // From here on events are sent.
  await outbox('--once')
})

afterEach(async () => {
  await sql.end()
  await sink.close()
  await database.drop()
  rmSync(cwd, { recursive: true })
})

const nothing = { code: 0, stdout: '0 sent, 0 put aside. 0 in configs.undelivered.\n', stderr: '' }

function environment(): Record<string, string> {
  return { DATABASE_URL: database.url, K_SINK: sink.url }
}

function outbox(...argv: readonly string[]): Promise<Outcome> {
  return quartet(['outbox', ...argv], { cwd, env: environment() })
}

async function write(count: number, from = 0): Promise<void> {
  await sql`
    insert into configs.configs (name, name_key, metadata)
    select 'config-' || n, 'name', '{"n":1.0}' from generate_series(${from}::int, ${from + count - 1}::int) as n`
}

test('sends all that is pending, and then there is nothing', async () => {
  expect(await outbox()).toEqual(nothing)
  await write(300)
  expect(await outbox()).toEqual({
    code: 0,
    stdout: '300 sent, 0 put aside. 0 in configs.undelivered.\n',
    stderr: '',
  })
  expect(new Set(sink.taken.map(({ attributes }) => attributes['subject'])).size).toBe(300)
  expect(sink.taken[0]?.data).toMatch(/^\{"name":"config-\d+","metadata":\{"n":1\.0\}\}$/)
  expect(await outbox()).toEqual(nothing)
})

test('many thousands are sent, a few at once', async () => {
  await write(8000)
  expect(await outbox()).toMatchObject({
    code: 0,
    stdout: '8000 sent, 0 put aside. 0 in configs.undelivered.\n',
  })
  expect(new Set(sink.taken.map(({ attributes }) => attributes['id'])).size).toBe(8000)
  expect(sink.mostAtOnce).toBeLessThanOrEqual(8)
})

test('waits for a sink that is away, and says so', async () => {
  await sink.close()
  await write(3)
  const sending = new QuartetProcess(['outbox'], { cwd, env: environment() })
  await expect.poll(() => sending.stderr, patience).toContain('events are not taken reason=no answer: ECONNREFUSED')
  await sink.listen()
  expect(await sending.outcome()).toMatchObject({ code: 0, stdout: expect.stringMatching(/^3 sent/) })
})

test.each([
  ['--once', []],
  ['--timeout', ['5']],
])('with %s it does not wait for long, and what is left is sent the next time', async (option, rest) => {
  await sink.close()
  await write(3)
  const { code, stdout } = await outbox(option, ...rest)
  expect({ code, stdout }).toEqual({
    code: 1,
    stdout: '0 sent, 0 put aside. 0 in configs.undelivered.\nSome are left: no answer: ECONNREFUSED.\n',
  })
  await sink.listen()
  expect(await outbox()).toMatchObject({ code: 0, stdout: expect.stringMatching(/^3 sent/) })
})

test('a signal ends it, and nothing is lost', async () => {
  const hold = Promise.withResolvers<void>()
  sink.behavior = () => hold.promise
  await write(3)
  const sending = new QuartetProcess(['outbox'], { cwd, env: environment() })
  await expect.poll(() => sink.arrived.length, patience).toBe(3)
  expect(await sending.interrupt()).toMatchObject({ code: 1, stdout: expect.stringMatching(/^0 sent/) })
  hold.resolve()
  sink.behavior = () => {}
  expect(await outbox()).toMatchObject({ code: 0, stdout: expect.stringMatching(/^3 sent/) })
})

test('what is put aside is sent again when somebody asks for it', async () => {
  sink.behavior = ({ attributes }, response) => {
    if (attributes['subject'] !== 'config-1') response.writeHead(413).end()
  }
  await write(3)
  const refused = await outbox()
  expect(refused).toMatchObject({ code: 1, stdout: '1 sent, 2 put aside. 2 in configs.undelivered.\n' })
  expect(refused.stderr).toMatch(/^an event was put aside name=config-\d version=\d+ reason=HTTP 413 tries=1$/m)
  expect(refused.stderr).not.toContain('1.0')
  // Still not taken: it is tried once, and stays.
  expect(await outbox('--retry-undelivered')).toMatchObject({
    code: 1,
    stdout: '0 sent, 2 put aside. 2 in configs.undelivered.\n',
  })
  const [row] = await sql`select min(tries) as tries from configs.undelivered`
  expect(row).toEqual({ tries: 2 })
  sink.behavior = () => {}
  expect(await outbox('--retry-undelivered')).toMatchObject({
    code: 0,
    stdout: '2 sent, 0 put aside. 0 in configs.undelivered.\n',
  })
  const names = new Set(sink.taken.map(({ attributes }) => attributes['subject']))
  expect(names).toEqual(new Set(['config-0', 'config-1', 'config-2']))
})

test('two at once send everything once', async () => {
  await write(300)
  const both = await Promise.all([outbox(), outbox()])
  expect(both.map(({ code }) => code)).toEqual([0, 0])
  expect(sink.arrived.length).toBe(300)
})

test('who tries once leaves it to another that is sending', async () => {
  const hold = Promise.withResolvers<void>()
  sink.behavior = () => hold.promise
  await write(1)
  const sending = outbox()
  await expect.poll(() => sink.arrived.length, patience).toBe(1)
  expect(await outbox('--once')).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('Another process is sending'),
  })
  hold.resolve()
  expect(await sending).toMatchObject({ code: 0, stdout: expect.stringMatching(/^1 sent/) })
})

test('one that was killed while it sent loses nothing, and the next goes on', async () => {
  sink.behavior = () => new Promise((resolve) => setTimeout(resolve, 5))
  await write(1000)
  for (const enough of [50, 300, 600]) {
    const sending = new QuartetProcess(['outbox'], { cwd, env: environment() })
    await expect.poll(() => sink.taken.length, patience).toBeGreaterThan(enough)
    await sending.kill()
  }
  expect(await outbox()).toMatchObject({ code: 0 })
  expect(new Set(sink.taken.map(({ attributes }) => attributes['id'])).size).toBe(1000)
  // What was sent twice is at most a batch a kill.
  expect(sink.arrived.length).toBeLessThanOrEqual(1000 + 3 * 64)
})

test('without an address it says what to set', async () => {
  const { code, stdout, stderr } = await quartet(['outbox'], { cwd, env: { DATABASE_URL: database.url } })
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
  expect(stderr).toBe('Events have no address. Set K_SINK, or configs.events.sink in the file.\n')
})

test('what is wrong with the settings is said', async () => {
  const env = { DATABASE_URL: database.url, K_SINK: 'sink' }
  const { code, stderr } = await quartet(['outbox'], { cwd, env })
  expect(code).toBe(1)
  expect(stderr).toContain('environment K_SINK: events.sink: Expected http://')
})
