import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, beforeAll, expect, test } from 'vitest'

import { quartet, type Outcome } from '../testing/quartet-process.ts'

let cwd: string

beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), 'quartet-token-'))
})

afterAll(() => rmSync(cwd, { recursive: true }))

function token(...argv: string[]): Promise<Outcome> {
  return quartet(['token', ...argv], { cwd })
}

const form =
  /^token:\n {2}(quartet_[\w-]{43})\n\nsettings:\n {2}(deployer: sha256:([0-9a-f]{64}) configs:read configs:write)\n$/

test('a token is printed with what settings say of it, and is another each time', async () => {
  const outcomes = await Promise.all([1, 2].map(() => token('deployer', '--scopes', 'configs:read', 'configs:write')))
  const tokens = outcomes.map(({ code, stdout, stderr }) => {
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    const [, made = '', , hash] = form.exec(stdout) ?? []
    expect(createHash('sha256').update(made).digest('hex')).toBe(hash)
    return made
  })
  expect(new Set(tokens).size).toBe(2)
})

test('what it prints for the settings is taken there, and masked where settings are shown', async () => {
  const { stdout } = await token('deployer', '--scopes', 'configs:read', 'configs:write')
  const [, made = '', line = '', hash = ''] = form.exec(stdout) ?? []
  writeFileSync(join(cwd, 'quartet.yaml'), `configs:\n  auth:\n    tokens:\n      ${line}\n`)
  const parsed = await quartet(['parse', 'quartet.yaml'], { cwd })
  expect(parsed.code).toBe(0)
  expect(parsed.stdout).toMatch(/auth\.tokens\.deployer +\*\*\* +quartet\.yaml:4:7/)
  expect(parsed.stdout).not.toContain(hash)
  writeFileSync(join(cwd, 'quartet.yaml'), `configs:\n  auth:\n    tokens:\n      deployer: ${made}\n`)
  const refused = await quartet(['parse', 'quartet.yaml'], { cwd })
  expect(refused.code).toBe(1)
  expect(refused.stderr).toContain('quartet.yaml:4:7: auth.tokens.deployer: Expected sha256:HASH')
  expect(refused.stderr).not.toContain(made)
})

test.for([
  ['deployer'],
  ['--scopes', 'configs:read'],
  ['a b', '--scopes', 'configs:read'],
  ['deployer', '--scopes', '"'],
])('%j is wrong usage', async (argv) => {
  expect(await token(...argv)).toMatchObject({ code: 2, stdout: '' })
})

test('scopes with commas between them are told how they stand apart', async () => {
  const { code, stdout, stderr } = await token('deployer', '--scopes', 'configs:read,configs:write')
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  expect(stderr).toContain('--scopes configs:read configs:write')
})
