import { readdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterEach, beforeEach, expect, test } from 'vitest'

import { migratedDatabase, type TestDatabase } from '../../functions/_runtime/testing/database.ts'
import { startHost, type TestHost } from '../../functions/_runtime/testing/test-host.ts'
import { configs } from '../../functions/configs/index.ts'
import { migrations } from '../../functions/configs/testing/open-configs.ts'
import { freePort } from '../local/free-port.ts'
import { quartet, type Outcome, type Surroundings } from '../testing/quartet-process.ts'

const whole = `{"export":"configs","form":1,"prefix":"datacenter-"}
{"dcname":"datacenter-1","metadata":{"limits":{"cpu":{"enabled":true,"value":"500m"}},"monitoring":{"enabled":true}}}
{"dcname":"datacenter-2","metadata":{"limits":{"cpu":{"enabled":true,"value":"250m"}},"monitoring":{"enabled":true}}}
{"complete":true,"configs":2}
`
const program = join(import.meta.dirname, '..', 'quartet.ts')

let cwd: string
let database: TestDatabase
let host: TestHost
let server: Server | undefined

beforeEach(async () => {
  cwd = mkdtempSync(join(tmpdir(), 'quartet-configs-'))
  database = await migratedDatabase('configs', migrations)
  await start({})
})

afterEach(async () => {
  server?.close()
  server = undefined
  await host.stop()
  await database.drop()
  rmSync(cwd, { recursive: true })
})

async function start(settings: Readonly<Record<string, unknown>>): Promise<void> {
  host = await startHost(configs, { logLevel: 'silent', ...settings, database: { url: database.url } })
}

function run(argv: readonly string[], surroundings: Partial<Surroundings> = {}): Promise<Outcome> {
  return quartet(['configs', ...argv, '--url', `http://127.0.0.1:${host.port}`], { cwd, ...surroundings })
}

/** Runs it as in a shell that pipes a text into it. */
function piped(text: string, argv: readonly string[]): Promise<Outcome> {
  writeFileSync(join(cwd, 'input'), text)
  return run(argv, { command: ['sh', '-c', `cat input | '${process.execPath}' '${program}' "$@"`, 'sh'] })
}

function write(name: string, ...lines: readonly string[]): void {
  writeFileSync(join(cwd, name), lines.map((line) => `${line}\n`).join(''))
}

async function namesStored(): Promise<string[]> {
  const response = await fetch(`http://127.0.0.1:${host.port}/configs?fields=name,dcname`)
  const all = (await response.json()) as { name?: string; dcname?: string }[]
  return all.map(({ name, dcname }) => name ?? dcname ?? '')
}

test('what is exported to a file is imported again, and nothing changes', async () => {
  expect(await run(['export', '--prefix', 'datacenter-', 'a.ndjson'])).toEqual({
    code: 0,
    stdout: '2 configs were exported.\n',
    stderr: '',
  })
  expect(readFileSync(join(cwd, 'a.ndjson'), 'utf8')).toBe(whole)
  expect(readdirSync(cwd)).toEqual(['a.ndjson'])
  expect(await run(['import', 'a.ndjson'])).toEqual({
    code: 0,
    stdout: '0 created, 0 replaced, 2 unchanged, 0 removed.\n',
    stderr: '',
  })
  expect(await run(['diff', 'a.ndjson'])).toEqual({ code: 0, stdout: '', stderr: '' })
})

test('standard output and input are files, too', async () => {
  const exported = await run(['export', '-', '--prefix', 'datacenter-'])
  expect(exported).toEqual({ code: 0, stdout: whole, stderr: '2 configs were exported.\n' })
  const imported = await piped('{"name":"new","metadata":{}}', ['import', '-'])
  expect(imported).toMatchObject({ code: 0, stdout: '1 created, 0 replaced, 0 unchanged, 0 removed.\n' })
  expect(await piped(whole, ['diff', '-'])).toEqual({ code: 1, stdout: '- new\n', stderr: '' })
})

test('a dry run says what would be done, and does nothing', async () => {
  write('a.ndjson', '{"name":"new","metadata":{}}')
  const { code, stdout } = await run(['import', '--dry-run', 'a.ndjson'])
  expect({ code, stdout }).toEqual({
    code: 0,
    stdout: 'Would be: 1 created, 0 replaced, 0 unchanged, 0 removed. Nothing was changed.\n',
  })
  expect(await namesStored()).toEqual(['datacenter-1', 'datacenter-2'])
})

test('differences are printed, each with its kind, and end with 1', async () => {
  write(
    'a.ndjson',
    '{"name":"new-b","metadata":{}}',
    '{"dcname":"datacenter-1","metadata":{"other":true}}',
    '{"name":"new-a","metadata":{}}',
  )
  const all = await run(['diff', 'a.ndjson'])
  expect(all).toEqual({ code: 1, stdout: '~ datacenter-1\n- datacenter-2\n+ new-a\n+ new-b\n', stderr: '' })
  const some = await run(['diff', 'a.ndjson', '--prefix', 'new-'])
  expect(some).toEqual({ code: 1, stdout: '+ new-a\n+ new-b\n', stderr: '' })
})

test('a file is mirrored below its prefix', async () => {
  await run(['export', '--prefix', 'datacenter-2', 'a.ndjson'])
  const refused = await run(['import', '--mode', 'mirror', '--prefix', '', 'a.ndjson'])
  expect(refused.code).toBe(1)
  expect(refused.stderr).toContain('this is an export of the prefix "datacenter-2"')
  write('a.ndjson', '{"export":"configs","form":1,"prefix":"datacenter-"}', '{"complete":true,"configs":0}')
  const { code, stdout } = await run(['import', '--mode', 'mirror', '--prefix', 'datacenter-', 'a.ndjson'])
  expect({ code, stdout }).toEqual({ code: 0, stdout: '0 created, 0 replaced, 0 unchanged, 2 removed.\n' })
  expect(await namesStored()).toEqual([])
})

test('every flaw is said with its line and place', async () => {
  write('a.ndjson', '{"name":"a","metadata":{}}', '{"name":"b","metadata":{"x":["\\u0000"]}}', '{')
  const flaws =
    'line 2: /metadata/x/0: The text has a NUL character\nline 3: The line is not valid JSON since it ends too early\n'
  const imported = await run(['import', 'a.ndjson'])
  expect(imported).toEqual({
    code: 1,
    stdout: '',
    stderr: `Bad Request: The file has flaws, and nothing was changed; errors says where.\n${flaws}`,
  })
  expect(await run(['diff', 'a.ndjson'])).toEqual({ code: 2, stdout: '', stderr: flaws })
})

test('a large file that is refused at its beginning is said to be', { timeout: 60_000 }, async () => {
  write('a.ndjson', ...Array.from({ length: 100_000 }, () => `{"name":"-","metadata":{"x":"${'x'.repeat(100)}"}}`))
  const { code, stderr } = await run(['import', 'a.ndjson'])
  expect(code).toBe(1)
  expect(stderr).toContain('line 1: /name: Expected 1 to 253 letters')
})

test('a token is taken from the environment or a file, and is not shown', async () => {
  await host.stop()
  const hash = '2b9a0b6bb0d4c1cbb1d18cb9ae0a2f3d'
  const secret = `quartet_${hash}${hash}`
  const { createHash } = await import('node:crypto')
  const digest = createHash('sha256').update(secret).digest('hex')
  await start({ auth: { tokens: { reader: `sha256:${digest} configs:read` } } })
  expect(await run(['export', 'a.ndjson'])).toMatchObject({ code: 1, stderr: expect.stringContaining('Unauthorized') })
  expect(await run(['export', 'a.ndjson'], { env: { QUARTET_TOKEN: secret } })).toMatchObject({ code: 0 })
  write('token', secret)
  expect(await run(['diff', '--token-file', 'token', 'a.ndjson'])).toMatchObject({ code: 0 })
  const refused = await run(['import', '--token-file', 'token', 'a.ndjson'])
  expect(refused).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('Forbidden') })
  expect(refused.stderr).not.toContain(hash)
})

test.each([
  ['export', 1],
  ['import', 1],
  ['diff', 2],
])('%s says when nobody answers, and ends with %d', async (command, code) => {
  write('a.ndjson', '{"name":"a","metadata":{}}')
  const url = `http://127.0.0.1:${await freePort()}`
  const outcome = await quartet(['configs', command, 'a.ndjson', '--url', url], { cwd })
  expect(outcome).toMatchObject({ code, stdout: '', stderr: expect.stringContaining('ECONNREFUSED') })
})

test('an export that is cut off leaves no file, and what was there before', async () => {
  server = createServer((_request, response) => {
    response.write(whole.slice(0, 200))
    setTimeout(() => response.end(), 50)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  write('a.ndjson', 'before')
  const outcome = await quartet(['configs', 'export', 'a.ndjson', '--url', `http://127.0.0.1:${port}`], { cwd })
  expect(outcome).toEqual({ code: 1, stdout: '', stderr: 'The export was cut off. Export it again.\n' })
  expect(readdirSync(cwd)).toEqual(['a.ndjson'])
  expect(readFileSync(join(cwd, 'a.ndjson'), 'utf8')).toBe('before\n')
  const compared = await quartet(['configs', 'diff', 'a.ndjson', '--url', 'nowhere'], { cwd })
  expect(compared).toMatchObject({ code: 2, stderr: '"nowhere" is no URL, such as http://localhost:8080.\n' })
})

test.each(['export', 'import', 'diff'])('%s of a file that is not there is said', async (command) => {
  const { code, stderr } = await run([command, 'nosuch/a.ndjson'])
  expect(code).toBeGreaterThan(0)
  expect(stderr).toContain('no such file or directory')
})
