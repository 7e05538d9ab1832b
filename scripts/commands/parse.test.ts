import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterEach, beforeEach, expect, test } from 'vitest'

import { quartet, type Outcome } from '../testing/quartet-process.ts'

let cwd: string

beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'quartet-parse-'))
})

afterEach(() => rmSync(cwd, { recursive: true }))

function parse(yaml: string, env: Readonly<Record<string, string>> = {}): Promise<Outcome> {
  writeFileSync(join(cwd, 'quartet.yaml'), yaml)
  return quartet(['parse', 'quartet.yaml'], { cwd, env })
}

/** The rows under a heading, each as its cells. */
function rowsUnder(heading: string, table: string): string[][] {
  const [, rows = ''] = new RegExp(`^${heading}\\n((?: .*\\n)*)`, 'm').exec(table) ?? []
  return rows
    .trimEnd()
    .split('\n')
    .map((row) => row.trim().split(/ {2,}/))
}

test('the effective settings are a table: what all functions have in common once, then what each has of its own', async () => {
  const yaml =
    'logLevel: warn\nconfigs:\n  limits:\n    inFlight: 50\nhealth:\n  targets: {configs: "http://configs"}\n'
  const { code, stdout, stderr } = await parse(yaml, { PORT: '9000', CONFIGS_DATABASE_POOL_SIZE: '3' })
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  const common = rowsUnder('all functions', stdout)
  expect(common).toContainEqual(['host', '0.0.0.0', 'default'])
  expect(common).toContainEqual(['logLevel', 'warn', 'quartet.yaml:1:1'])
  expect(common).toContainEqual(['port', '9000', 'environment PORT'])
  expect(common.map(([setting]) => setting)).not.toContain('limits.inFlight')
  expect(rowsUnder('configs', stdout)).toEqual(
    expect.arrayContaining([
      ['limits.inFlight', '50', 'quartet.yaml:4:5'],
      ['database.url', '(none)', 'set DATABASE_URL'],
      ['database.poolSize', '3', 'environment CONFIGS_DATABASE_POOL_SIZE'],
    ]),
  )
  expect(rowsUnder('predict', stdout)).toContainEqual(['limits.inFlight', '1000', 'default'])
  expect(rowsUnder('health', stdout)).toContainEqual(['targets.configs', 'http://configs', 'quartet.yaml:6:13'])
  expect(stdout).toContain('At full scale configs 6 x 10 pods, metrics 1 x 3 pods take 63 of 97 connections.\n')
})

test('columns stand under each other', async () => {
  const { stdout } = await parse('')
  const rows = stdout.split('\n').filter((line) => line.startsWith('  '))
  expect(new Set(rows.map((row) => row.lastIndexOf('  '))).size).toBe(1)
})

test('who asks with a password in an address is not shown', async () => {
  const { stdout } = await parse('tracing: {endpoint: "http://user:hunter2@collector:4318"}\n')
  expect(stdout).toContain('http://***@collector:4318')
  expect(stdout).not.toContain('hunter2')
})

test('secrets are masked, wherever they come from', async () => {
  const inFile = await parse('database: {url: "postgres://user:hunter2@host/db"}')
  expect(rowsUnder('configs', inFile.stdout)).toContainEqual(['database.url', '***', 'quartet.yaml:1:12'])
  const inEnvironment = await parse('', { DATABASE_URL: 'postgres://user:hunter2@host/db' })
  expect(rowsUnder('configs', inEnvironment.stdout)).toContainEqual(['database.url', '***', 'environment DATABASE_URL'])
  const wrong = await parse('database: {url: "mysql://user:hunter2@host/db"}', { CONFIGS_DATABASE_URL: 'hunter2' })
  expect(wrong.code).toBe(1)
  for (const { stdout, stderr } of [inFile, inEnvironment, wrong]) expect(stdout + stderr).not.toContain('hunter2')
})

test('everything that is wrong is said at once, in the order of the file', async () => {
  const yaml = `port: http
limits:
  inFlight: 0
configs:
  database:
    poolSize: many
predict:
  modle: 2
health:
  targets:
    configs: nowhere
helath: {}
`
  const { code, stdout, stderr } = await parse(yaml, { LOG_LEVEL: 'loud' })
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
  expect(stderr.split('\n').map((line) => line.split(': ').slice(0, 2).join(': '))).toEqual([
    'environment LOG_LEVEL: logLevel',
    'quartet.yaml:1:1: port',
    'quartet.yaml:3:3: limits.inFlight',
    'quartet.yaml:6:5: database.poolSize',
    'quartet.yaml:8:3: modle',
    'quartet.yaml:11:5: targets.configs',
    'quartet.yaml:12:1: helath',
    '7 settings are wrong.',
    '',
  ])
})

test('YAML that is wrong has its line and column', async () => {
  const { code, stderr } = await parse('port: 1\nconfigs: [1,\n')
  expect(code).toBe(1)
  expect(stderr).toMatch(/^quartet\.yaml:3:1: YAML: .+\n1 setting is wrong\.\n$/)
})

test('pools that do not fit the server at full scale are refused where their size is set', async () => {
  const { code, stderr } = await parse('scale: {max: 14}\nconfigs:\n  database: {poolSize: 3}\n')
  expect(code).toBe(1)
  expect(stderr).toContain('quartet.yaml:3:14: database.poolSize: At full scale the pools take 98 connections')
  expect(stderr).toContain('configs 6 x 14 pods, metrics 1 x 14 pods')
  expect((await parse('scale: {max: 13}\nconfigs:\n  database: {poolSize: 3}\n')).code).toBe(0)
  expect((await parse('scale: {max: 20}\ndatabase: {serverConnections: 200}\n')).code).toBe(0)
})

test('pools that do not fit because of the scale are refused where that is set', async () => {
  const { stderr } = await parse('', { SCALE_MAX: '500' })
  expect(stderr).toMatch(/^environment SCALE_MAX: scale\.max: At full scale/)
})

test('a file that is not there is a finding', async () => {
  const { code, stdout, stderr } = await quartet(['parse', 'nosuch.yaml'], { cwd })
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
  expect(stderr).toMatch(/^nosuch\.yaml cannot be read: .*no such file/)
})

test('the place of a finding has the path that was given', async () => {
  writeFileSync(join(cwd, 'quartet.yaml'), 'prot: 1')
  const path = join(cwd, 'quartet.yaml')
  expect((await quartet(['parse', path], { cwd: tmpdir() })).stderr).toContain(`${path}:1:1: prot`)
})
