import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterEach, beforeEach, expect, test } from 'vitest'

import { testDatabase, type TestDatabase } from '../../functions/_runtime/testing/database.ts'
import { freePort } from '../local/free-port.ts'
import { quartet, type Outcome } from '../testing/quartet-process.ts'

let cwd: string
let database: TestDatabase

beforeEach(async () => {
  cwd = mkdtempSync(join(tmpdir(), 'quartet-migrate-'))
  database = await testDatabase()
})

afterEach(async () => {
  await database.drop()
  rmSync(cwd, { recursive: true })
})

function migrate(env: Readonly<Record<string, string>>): Promise<Outcome> {
  return quartet(['migrate'], { cwd, env })
}

test('migrate says what it ran, and the next time that there is nothing to do', async () => {
  const first = await migrate({ DATABASE_URL: database.url })
  expect({ ...first, stdout: '' }).toEqual({ code: 0, stdout: '', stderr: '' })
  expect(first.stdout).toMatch(/^ran configs\/001_configs\.sql$/m)
  const second = await migrate({ DATABASE_URL: database.url })
  expect(second).toEqual({ code: 0, stdout: 'The database is up to date.\n', stderr: '' })
})

test('two migrators at once run everything once', async () => {
  const both = await Promise.all([migrate({ DATABASE_URL: database.url }), migrate({ DATABASE_URL: database.url })])
  expect(both.map(({ code }) => code)).toEqual([0, 0])
  const ran = both.flatMap(({ stdout }) => stdout.match(/^ran .*$/gm) ?? [])
  expect(ran.length).toBeGreaterThan(0)
  expect(new Set(ran).size).toBe(ran.length)
})

test('the settings file can name the database', async () => {
  writeFileSync(join(cwd, 'quartet.yaml'), JSON.stringify({ database: { url: database.url } }))
  expect(await migrate({})).toMatchObject({ code: 0, stdout: expect.stringContaining('ran configs/') })
})

test('without a database it says what to set', async () => {
  const { code, stdout, stderr } = await migrate({})
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
  expect(stderr).toContain('set DATABASE_URL: database.url: Expected postgres://user:password@host:port/database')
})

test.each([
  ['no address', 'hunter2', /environment DATABASE_URL: database\.url: Expected postgres/],
  ['a database that is not there', '', /database "nosuch" does not exist/],
  ['a server that is not there', undefined, /ECONNREFUSED/],
])('%s is said, without the password', async (_, given, message) => {
  const missing = new URL(database.url)
  missing.pathname = '/nosuch'
  const unreachable = `postgres://user:hunter2@localhost:${await freePort()}/db`
  const url = given === '' ? missing.href : (given ?? unreachable)
  const { code, stdout, stderr } = await migrate({ DATABASE_URL: url })
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
  expect(stderr).toMatch(message)
  expect(stderr).not.toContain('hunter2')
  expect(stderr).not.toContain(missing.password)
})
