import { execFileSync, spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from 'vitest'

import { functions } from '../functions/list.ts'
import { testDatabase } from '../functions/_runtime/testing/database.ts'
import { Issuer } from '../functions/_runtime/testing/issuer.ts'
import { migrateFunctions } from '../scripts/migrate-functions.ts'
import { freePort } from '../scripts/local/free-port.ts'
import { findOverruns } from './budget.ts'
import { Program } from './program.ts'
import type { Report } from './report.ts'

const root = join(import.meta.dirname, '..')
const dist = join(root, 'dist')
const names = Object.keys(functions)
const framework = join(root, 'node_modules/@google-cloud/functions-framework/build/src/main.js')
const example = readFileSync(join(root, 'functions/predict/examples/seven.json'), 'utf8')

// Away from the repository, so that nothing can come from its node_modules.
const elsewhere = mkdtempSync(join(tmpdir(), 'quartet-bundle-'))
const running: Program[] = []

beforeAll(async () => {
  if (!existsSync(dist)) throw new Error('There are no bundles. Run `npm run build` first.')
  cpSync(dist, elsewhere, { recursive: true })
  await migrateFunctions(new Map(names.map((name) => [name, inject('postgresUrl')])))
})

afterEach(async () => {
  await Promise.all(running.splice(0).map((program) => program.stop()))
})

afterAll(() => rmSync(elsewhere, { recursive: true }))

async function start(argv: readonly string[], env: Record<string, string> = {}): Promise<Program> {
  const program = await Program.start(argv, await freePort(), { DATABASE_URL: inject('postgresUrl'), ...env })
  running.push(program)
  return program
}

const alone = (name: string): string => join(elsewhere, name)
const underFramework = (name: string): string[] => [framework, `--target=${name}`, `--source=${join(elsewhere, name)}`]

interface Asked {
  readonly path: string
  readonly init?: RequestInit
}

const json = { 'content-type': 'application/json' }
const jobs: Readonly<Record<string, Asked>> = {
  configs: { path: '/configs/datacenter-1' },
  predict: { path: '/predict', init: { method: 'POST', headers: json, body: example } },
  health: { path: '/health' },
  metrics: { path: '/metrics' },
}

async function ask(
  { url }: Program,
  { path, init }: Asked,
): Promise<{ status: number; type: string | null; body: string }> {
  const response = await fetch(url + path, init)
  return { status: response.status, type: response.headers.get('content-type'), body: await response.text() }
}

describe.each(names)('the bundle of %s', (name) => {
  const job = jobs[name] ?? { path: '/readyz' }

  test('does its job away from the repository', async () => {
    const program = await start([alone(name)])
    expect(await ask(program, job)).toMatchObject({ status: 200 })
    expect(await ask(program, { path: '/readyz' })).toMatchObject({ status: 200 })
    expect(await ask(program, { path: '/version' })).toMatchObject({ status: 200, body: expect.stringContaining(name) })
  })

  test('gives the same answers under functions-framework', async () => {
    const [ours, theirs] = await Promise.all([start([alone(name)]), start(underFramework(name))])
    const asked: Asked[] = [
      ...(name === 'metrics' ? [] : [job]),
      { path: '/healthz' },
      { path: '/openapi.json' },
      { path: '/favicon.ico' },
      { path: '/%zz' },
      { path: job.path, init: { method: 'PUT', headers: json, body: '{"a":' } },
      { path: job.path, init: { method: 'OPTIONS' } },
    ]
    for (const each of asked) {
      expect(withoutIds(await ask(theirs, each)), each.path).toEqual(withoutIds(await ask(ours, each)))
    }
  })

  test('ends with 0 on SIGTERM', async () => {
    const program = await start([alone(name)], { DRAIN_LISTEN_MS: '0' })
    await ask(program, job)
    program.signal('SIGTERM')
    expect(await program.ended()).toBe(0)
  })

  test('reads a settings file, which takes its YAML chunk', async () => {
    const settings = join(import.meta.dirname, 'testdata/quartet.yaml')
    const program = await start([alone(name)], { QUARTET_SETTINGS: settings })
    await ask(program, { path: '/healthz' })
    await ask(program, job)
    expect(program.output).not.toContain('"msg":"request"')
  })

  test('starts from its code cache, and as well without one that fits', async () => {
    const cache = join(alone(name), 'function.js.cache')
    const made = readFileSync(cache)
    expect(await codeCacheOf(name)).toBe('accepted')
    writeFileSync(cache, made.subarray(0, made.length / 2))
    expect(await codeCacheOf(name)).toBe('rejected')
    rmSync(cache)
    expect(await codeCacheOf(name)).toBe('absent')
    writeFileSync(cache, made)
  })

  test('ships no source and no package', () => {
    const files = readdirSync(alone(name), { recursive: true, encoding: 'utf8' })
    expect(files.filter((file) => /\.ts$|\.map$|node_modules|package\.json$/.test(file))).toEqual([])
  })
})

test.each([
  ['image/png', 'grey-8.png'],
  ['image/jpeg', '420.jpg'],
])('the bundle of predict reads %s, whose decoder is in a chunk of its own', async (type, name) => {
  const program = await start([alone('predict')])
  const body = readFileSync(join(root, 'functions/predict/picture/testdata', name))
  const init = { method: 'POST', headers: { 'content-type': type }, body }
  const right = { status: 200, body: expect.stringContaining('"digit":7') }
  expect(await ask(program, { path: '/predict', init })).toMatchObject(right)
  const broken = { ...init, body: body.subarray(0, 100) }
  expect(await ask(program, { path: '/predict', init: broken })).toMatchObject({ status: 400 })
})

test('the bundle of configs checks JSON Web Tokens, which takes a chunk of its own', async () => {
  const issuer = await Issuer.start('ES256')
  try {
    const program = await start([alone('configs')], {
      CONFIGS_AUTH_JWT_ISSUER: issuer.name,
      CONFIGS_AUTH_JWT_AUDIENCE: issuer.audience,
      CONFIGS_AUTH_JWT_JWKS_URL: issuer.url,
    })
    const bearing = async (scope: string): Promise<RequestInit> => {
      return { headers: { authorization: `Bearer ${await issuer.sign('ES256', { scope })}` } }
    }
    const path = '/configs/datacenter-1'
    expect(await ask(program, { path, init: await bearing('configs:read') })).toMatchObject({ status: 200 })
    expect(await ask(program, { path, init: await bearing('other:read') })).toMatchObject({ status: 403 })
    await issuer.stop()
    expect(await ask(program, { path, init: await bearing('configs:read') })).toMatchObject({ status: 200 })
  } finally {
    await issuer.stop()
  }
})

/** What the first line of a bundle's log says of its code cache. */
async function codeCacheOf(name: string): Promise<string | undefined> {
  const program = await start([alone(name)])
  await expect.poll(() => program.output).toContain('\n')
  return /"codeCache":"(\w+)"/.exec(program.output)?.[1]
}

/** Health times its answers, and every problem has the id of its request. */
function withoutIds<T extends { readonly body: string }>(reply: T): T {
  return {
    ...reply,
    body: reply.body.replace(/"requestId":"[^"]+"/, '').replaceAll(/"(?:durationMs":[\d.]+|seenAt":"[^"]+")/g, ''),
  }
}

test('a process whose settings are wrong says which and where to set them, and ends with 1', async () => {
  const failure = start([alone('configs')], { DATABASE_URL: '', LIMITS_IN_FLIGHT: 'many' })
  await expect(failure).rejects.toThrow(/ended with 1:[^]*environment LIMITS_IN_FLIGHT[^]*set DATABASE_URL/)
})

test('under functions-framework, a function that cannot start says so, and what it printed says why', async () => {
  const port = await freePort()
  const program = Program.spawn(underFramework('configs'), port, { DATABASE_URL: '' })
  running.push(program)
  await expect.poll(() => program.output, { timeout: 10_000 }).toContain('URL: ')
  const answer = await ask(program, { path: '/healthz' })
  expect(answer).toMatchObject({ status: 503, type: 'application/problem+json' })
  await expect.poll(() => program.output).toContain('configs cannot start.\nset DATABASE_URL')
})

test('the bundle of migrate brings a database up to date, away from the repository', async () => {
  const database = await testDatabase()
  const run = (...argv: string[]): string =>
    execFileSync(process.execPath, [alone('migrate'), ...argv], {
      env: { DATABASE_URL: database.url },
      encoding: 'utf8',
    })
  try {
    expect(run()).toMatch(/^ran configs\/001_configs\.sql$/m)
    expect(run('--roles')).toBe('The database is up to date.\n')
  } finally {
    await database.drop()
  }
})

test('the bundle of migrate says what is missing', () => {
  const ran = spawnSync(process.execPath, [alone('migrate')], { env: {}, encoding: 'utf8' })
  expect(ran).toMatchObject({
    status: 1,
    stdout: '',
    stderr: expect.stringContaining('set DATABASE_URL: database.url'),
  })
})

test('every bundle is inside its budget', () => {
  const reports = JSON.parse(readFileSync(join(dist, 'report.json'), 'utf8')) as Report[]
  expect(reports.map(({ name }) => name)).toEqual([...names, 'migrate'])
  expect(findOverruns(reports)).toEqual([])
})

test('a bundle over its budget, or without one, is found', () => {
  const heavy = { name: 'health', bundleBytes: 1_000_000, totalBytes: 1, largest: [], packages: [] }
  expect(findOverruns([heavy])).toEqual([expect.stringContaining('health is over its budget: bundleBytes 1000000')])
  expect(findOverruns([{ ...heavy, name: 'fifth' }])).toEqual([expect.stringContaining('fifth has no budget')])
})
