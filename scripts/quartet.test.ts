import { tmpdir } from 'node:os'

import { expect, test } from 'vitest'

import { version } from '../functions/_runtime/process/version.ts'
import { functions } from '../functions/list.ts'
import { quartet, type Outcome } from './testing/quartet-process.ts'

function run(...argv: readonly string[]): Promise<Outcome> {
  return quartet(argv, { cwd: tmpdir() })
}

test.each([
  [['--help']],
  [['start', '--help']],
  [['parse', '--help']],
  [['migrate', '--help']],
  [['image', '--help']],
  [['configs', '--help']],
  [['configs', 'diff', '--help']],
  [['outbox', '--help']],
  [['deploy', '--help']],
  [['status', '--help']],
  [['delete', '--help']],
  [['help', 'start']],
])('quartet %j teaches by example', async (argv) => {
  const { code, stdout, stderr } = await run(...argv)
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(stdout).toMatch(/^Usage: quartet /)
  expect(stdout).toMatch(/^Examples:\n(?: +.*quartet .+\n)+/m)
})

test('--help names every command and the exit codes', async () => {
  const { stdout } = await run('--help')
  for (const command of ['start', 'parse', 'migrate', 'image', 'outbox', 'configs', 'deploy', 'status', 'delete'])
    expect(stdout).toMatch(new RegExp(`^  ${command} `, 'm'))
  expect(stdout).toContain('Exit codes: 0 done, 1 something was found or failed, 2 wrong usage.')
})

test('--version is the version', async () => {
  expect(await run('--version')).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' })
})

test.each([
  [[], 'Usage: quartet'],
  [['nosuch'], "unknown command 'nosuch'"],
  [['parse'], "missing required argument 'file'"],
  [['parse', 'a.yaml', 'b.yaml'], 'too many arguments'],
  [['parse', '--fix', 'a.yaml'], "unknown option '--fix'"],
  [['start', 'nosuch'], Object.keys(functions).join(', ')],
  [['start', '--port', '1'], "unknown option '--port'"],
  [['migrate', 'configs'], 'too many arguments'],
  [['image', 'nosuch'], Object.keys(functions).join(', ')],
  [['image', '--architecture', 'mips'], 'Allowed choices are amd64, arm64'],
  [['configs'], 'Usage: quartet configs'],
  [['configs', 'export'], "missing required argument 'file'"],
  [['configs', 'import', '--mode', 'all', 'a'], 'upsert, create, mirror'],
  [['outbox', '--timeout', 'soon'], 'Expected seconds, such as 50.'],
  [['outbox', '--timeout', '0'], 'Expected seconds, such as 50.'],
  [['deploy', 'nosuch'], Object.keys(functions).join(', ')],
  [['deploy', '--timeout', 'soon'], 'Expected seconds, such as 300.'],
  [['status', '--output', 'yaml'], 'Allowed choices are table, json.'],
  [['delete', '--force'], "unknown option '--force'"],
  [['--nosuch'], "unknown option '--nosuch'"],
])('quartet %j is wrong usage', async (argv, message) => {
  const { code, stdout, stderr } = await run(...argv)
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  expect(stderr).toContain(message)
  expect(stderr).toMatch(/Examples:|--help/)
})
