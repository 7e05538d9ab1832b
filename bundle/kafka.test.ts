import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import postgres from 'postgres'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'

import { migratedDatabase, type TestDatabase } from '../functions/_runtime/testing/database.ts'
import { freePort } from '../scripts/local/free-port.ts'
import { sleep } from '../scripts/local/sleep.ts'
import { isOnPath } from '../scripts/on-path.ts'
import { Program } from './program.ts'
import { Kafka } from './testing/kafka/kafka.ts'

const root = join(import.meta.dirname, '..')
const program = join(root, 'dist/configs')
const migrations = join(root, 'functions/configs/migrations')
const password = 'known-to-few'
const type = 'dev.quartet.configs.config'
// Every start of a JVM takes seconds: the whole is `npm run test:events`.
const isWhole = process.env['KAFKA_TESTS'] === 'all'
const outages = isWhole ? 2 : 1
const mechanisms = isWhole ? ['plain', 'scram-sha-256', 'scram-sha-512'] : ['scram-sha-512']
const isInstalled = isOnPath('java') && isOnPath('mvn')
if (!isInstalled && process.env['KAFKA_REQUIRED']) throw new Error('The PATH has no java, or no mvn.')

test('the client of Kafka is a chunk of its own; where it is gone the log says so, and configs serves', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'quartet-configs-'))
  const database = await migratedDatabase('configs', migrations)
  let configs: Program | undefined
  try {
    cpSync(program, folder, { recursive: true })
    rmSync(join(folder, 'chunks/kafka-kafka-topic.js'))
    configs = await Program.start([folder], await freePort(), {
      DATABASE_URL: database.url,
      CONFIGS_FEATURES_KAFKA: 'true',
      CONFIGS_EVENTS_KAFKA_BROKERS: `127.0.0.1:${await freePort()}`,
      CONFIGS_EVENTS_KAFKA_TOPIC: 'nowhere',
      DRAIN_LISTEN_MS: '0',
    })
    expect(await put(configs, 'edge', { n: 1 })).toBe(201)
    await says(configs, 'Kafka: its client cannot be loaded (Error: Cannot find module')
    expect((await fetch(`${configs.url}/configs/edge`)).status).toBe(200)
  } finally {
    await configs?.stop()
    await database.drop()
    rmSync(folder, { recursive: true })
  }
}, 60_000)

describe.runIf(isInstalled)('a real Kafka', { timeout: 480_000 }, () => {
  let kafka: Kafka
  let database: TestDatabase
  const running = new Set<Program>()

  beforeAll(async () => {
    kafka = await Kafka.start(password)
  }, 480_000)

  afterAll(() => kafka.stop())

  beforeEach(async () => {
    database = await migratedDatabase('configs', migrations)
  })

  afterEach(async () => {
    await Promise.all([...running].map((each) => each.stop()))
    running.clear()
    await database.drop()
  })

  async function start(topic: string, env: Readonly<Record<string, string>> = {}): Promise<Program> {
    const started = await Program.start([program], await freePort(), {
      DATABASE_URL: database.url,
      CONFIGS_FEATURES_KAFKA: 'true',
      CONFIGS_EVENTS_KAFKA_BROKERS: kafka.brokers,
      CONFIGS_EVENTS_KAFKA_TOPIC: topic,
      CONFIGS_EVENTS_TIMEOUT_MS: '3000',
      DRAIN_LISTEN_MS: '0',
      ...env,
    })
    running.add(started)
    return started
  }

  async function changesOf(name: string): Promise<number[]> {
    const sql = postgres(database.url, { max: 1 })
    const rows = await sql<{ version: string }[]>`
      select version from configs.changes where name = ${name} order by version`
    await sql.end()
    return rows.map(({ version }) => Number(version))
  }

  test('changes are records by the name of their config, in either mode', async () => {
    await kafka.createTopic('modes')
    const binary = await start('modes')
    expect(await put(binary, 'edge', { ratio: 1 })).toBe(201)
    expect((await fetch(`${binary.url}/configs/edge`, { method: 'DELETE' })).status).toBe(204)
    await end(binary)
    const structured = await start('modes', { CONFIGS_EVENTS_MODE: 'structured' })
    await put(structured, 'edge', { ratio: 2 })
    await end(structured)
    const [created, removed, again, ...others] = await kafka.records('modes')
    expect(others).toEqual([])
    expect(created).toMatchObject({ key: 'edge', value: '{"name":"edge","metadata":{"ratio":1}}' })
    expect(created?.headers).toMatchObject({
      ce_specversion: '1.0',
      ce_id: expect.stringMatching(/^\d+$/),
      ce_source: '/configs',
      ce_type: `${type}.created`,
      ce_subject: 'edge',
      'content-type': 'application/json',
    })
    expect(removed).toMatchObject({ key: 'edge', value: null, headers: { ce_type: `${type}.removed` } })
    expect(again?.headers).toEqual({ 'content-type': 'application/cloudevents+json; charset=UTF-8' })
    expect(JSON.parse(again?.value ?? '')).toMatchObject({ type: `${type}.created`, data: { metadata: { ratio: 2 } } })
  })

  test('a broker that is killed and started again under writes loses nothing, and keeps the order of each config', async () => {
    await kafka.createTopic('outage')
    const configs = await start('outage')
    const names = Array.from({ length: 5 }, (_, index) => `config-${index}`)
    const over = new AbortController()
    let written = 0
    const write = async (name: string): Promise<void> => {
      for (let n = 1; !over.signal.aborted; n += 1) {
        if ((await put(configs, name, { n })) < 300) written += 1
        await sleep(20)
      }
    }
    const more = async (count: number): Promise<void> => {
      const enough = written + count
      await expect.poll(() => written, { timeout: 60_000 }).toBeGreaterThanOrEqual(enough)
    }
    const writing = names.map(write)
    for (let outage = 0; outage < outages; outage += 1) {
      await more(30)
      await kafka.kill()
      // Configs serves as if nothing were.
      await more(30)
      await kafka.restart()
    }
    await more(30)
    over.abort()
    await Promise.all(writing)
    await end(configs)
    const records = await kafka.records('outage')
    for (const name of names) {
      const arrived = records.filter(({ key }) => key === name)
      const ids = arrived.map(({ headers }) => Number(headers['ce_id']))
      expect(ids).toEqual(ids.toSorted((one, other) => one - other))
      expect([...new Set(ids)]).toEqual(await changesOf(name))
      expect(new Set(arrived.map(({ partition }) => partition)).size).toBe(1)
    }
  })

  test('without its topic the events wait, and configs serves; they arrive when it is there', async () => {
    const configs = await start('later')
    expect(await put(configs, 'edge', { n: 1 })).toBe(201)
    await says(configs, 'there is no topic \\"later\\"')
    expect(await put(configs, 'edge', { n: 2 })).toBe(200)
    expect((await fetch(`${configs.url}/readyz`)).status).toBe(200)
    await kafka.createTopic('later')
    await end(configs)
    expect((await kafka.records('later')).map(({ value }) => value)).toEqual(
      [1, 2].map((n) => `{"name":"edge","metadata":{"n":${n}}}`),
    )
  })

  test.each(mechanisms)(
    'by %s who has the password may send, and of another the log says so, without it',
    async (mechanism) => {
      await kafka.createTopic(mechanism)
      const login = (secret: string): Record<string, string> => ({
        CONFIGS_EVENTS_KAFKA_BROKERS: kafka.securedBrokers,
        CONFIGS_EVENTS_KAFKA_SASL_MECHANISM: mechanism,
        CONFIGS_EVENTS_KAFKA_SASL_USERNAME: 'quartet',
        CONFIGS_EVENTS_KAFKA_SASL_PASSWORD: secret,
      })
      const wrong = await start(mechanism, login('not-the-password'))
      expect(await put(wrong, 'edge', { n: 1 })).toBe(201)
      await says(wrong, `the brokers refuse user \\"quartet\\" or its password (${mechanism})`)
      expect((await fetch(`${wrong.url}/configs/edge`)).status).toBe(200)
      await end(wrong)
      expect(wrong.output).not.toContain('not-the-password')
      const right = await start(mechanism, login(password))
      expect(await put(right, 'edge', { n: 2 })).toBe(200)
      await end(right)
      expect(right.output).not.toContain(password)
      expect(await kafka.records(mechanism)).toHaveLength(2)
    },
  )

  test('what is no topic for TLS is told as that', async () => {
    const configs = await start('tls', { CONFIGS_EVENTS_KAFKA_TLS_ENABLED: 'true' })
    expect(await put(configs, 'edge', { n: 1 })).toBe(201)
    await says(configs, `Kafka: no connection to ${kafka.brokers}`)
  })
})

/** Ends a process, which sends what it owes before. */
async function end(started: Program): Promise<void> {
  started.signal('SIGTERM')
  expect(await started.ended()).toBe(0)
}

async function put({ url }: Program, name: string, metadata: unknown): Promise<number> {
  const headers = { 'content-type': 'application/json' }
  const body = JSON.stringify({ name, metadata })
  const response = await fetch(`${url}/configs/${name}?create=true`, { method: 'PUT', headers, body })
  await response.arrayBuffer()
  return response.status
}

/** Waits until a process has said something. */
async function says(started: Program, text: string): Promise<void> {
  await expect.poll(() => started.output, { timeout: 60_000 }).toContain(text)
}
