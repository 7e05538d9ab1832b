import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { afterAll, beforeAll, expect, test } from 'vitest'

import { callerOf, instanceOf } from '../testing/call.ts'
import { askOnce } from '../testing/raw-connection.ts'
import { bearing, guarded, tokenEntry } from '../testing/guarded-sample.ts'
import { ServerProcess } from '../testing/server-process.ts'
import { readTokenFile } from './token-file.ts'
import { findIdentity } from './token.ts'

let folder: string

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'quartet-tokens-'))
})

afterAll(() => rmSync(folder, { recursive: true }))

function fileOf(...lines: string[]): string {
  const path = join(folder, 'tokens')
  writeFileSync(path, lines.join('\n'))
  return path
}

test('a file has a token a line; a name may have several, so that one can be replaced', () => {
  const path = fileOf(
    '# Who may ask',
    '',
    `ann: ${tokenEntry('old', 'a:read')}`,
    `  ann: ${tokenEntry('new', 'a:read', 'a:write')}  # from March on\r`,
    `bob@example.org: ${tokenEntry('bobs', 'a:read')}`,
  )
  const tokens = readTokenFile(path)
  expect(findIdentity(tokens, 'old')).toEqual({ actor: 'ann', scopes: new Set(['a:read']) })
  expect(findIdentity(tokens, 'new')).toEqual({ actor: 'ann', scopes: new Set(['a:read', 'a:write']) })
  expect(findIdentity(tokens, 'bobs')?.actor).toBe('bob@example.org')
  expect(findIdentity(tokens, 'other')).toBeUndefined()
})

test('every line that is wrong is named, and none is repeated', () => {
  const path = fileOf('ann: hunter2', `bob: ${tokenEntry('t', 'a:read')}`, 'cleo', `a b: ${tokenEntry('t', 'a:read')}`)
  const findings = [1, 3, 4].map((line) => {
    return `${path}:${line}:1: auth.tokenFile: Expected NAME: sha256:HASH SCOPE, as \`quartet token\` prints`
  })
  expect(() => readTokenFile(path)).toThrow(findings.join('\n'))
})

test('a function takes tokens from its settings and from its file, and lets nobody in by an empty one', async () => {
  const tokenFile = fileOf(`ann: ${tokenEntry('anns', 'guarded:read')}`)
  const tokens = { bob: tokenEntry('bobs', 'guarded:read') }
  const both = callerOf(instanceOf(guarded, { auth: { tokens, tokenFile } }))
  expect((await both('GET /things', { headers: bearing('anns') })).body).toEqual({ actor: 'ann' })
  expect((await both('GET /things', { headers: bearing('bobs') })).body).toEqual({ actor: 'bob' })
  const nobody = callerOf(instanceOf(guarded, { auth: { tokenFile: fileOf('') } }))
  expect((await nobody('GET /things', { headers: bearing('anns') })).status).toBe(401)
})

const script = fileURLToPath(new URL('../testing/guarded-process.ts', import.meta.url))

function start(tokenFile: string): ServerProcess {
  return new ServerProcess([script], { HOST: '127.0.0.1', PORT: '0', GUARDED_AUTH_TOKEN_FILE: tokenFile })
}

test('a process reads the file again on SIGHUP; one that is wrong leaves the tokens that there are', async () => {
  const path = fileOf(`ann: ${tokenEntry('first', 'guarded:read')}`)
  const server = start(path)
  try {
    const port = await server.port()
    const statusOf = async (token: string): Promise<number> => {
      return (await askOnce(port, { target: '/things', headers: [`authorization: Bearer ${token}`] })).status
    }
    expect(await statusOf('first')).toBe(200)
    fileOf(`ann: ${tokenEntry('second', 'guarded:read')}`)
    expect(await statusOf('second')).toBe(401)
    server.signal('SIGHUP')
    await server.log.until(({ msg }) => msg === 'settings were reloaded')
    expect([await statusOf('first'), await statusOf('second')]).toEqual([401, 200])
    fileOf('ann: second')
    server.signal('SIGHUP')
    await server.log.until(({ msg }) => msg === 'settings were not reloaded; those before stay')
    expect([await statusOf('first'), await statusOf('second')]).toEqual([401, 200])
  } finally {
    await server.kill()
  }
})

test('a process whose file is wrong does not start, and says which line it is', async () => {
  const path = fileOf('ann: hunter2')
  const server = start(path)
  expect(await server.exitCode()).toBe(1)
  expect(server.stderr).toContain(`guarded cannot start.\n${path}:1:1: auth.tokenFile: Expected`)
  expect(server.stderr).not.toContain('hunter2')
})
