import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import { afterAll, beforeAll, expect, test } from 'vitest'

import { Program } from '../bundle/program.ts'
import { testDatabase, type TestDatabase } from '../functions/_runtime/testing/database.ts'
import { freePort } from './local/free-port.ts'

const root = join(import.meta.dirname, '..')
const readme = readFileSync(join(root, 'README.md'), 'utf8')

let database: TestDatabase
let server: Program

beforeAll(async () => {
  database = await testDatabase()
  const argv = [join(root, 'scripts/quartet.ts'), 'start']
  server = await Program.start(argv, await freePort(), { DATABASE_URL: database.url })
})

afterAll(async () => {
  await server.stop()
  await database.drop()
})

/** Commands and what the README says they print, in order; `...` stands for what differs from run to run. */
function examples(): { command: string; printed: string }[] {
  const blocks = [...readme.matchAll(/^```console\n([^]*?)^```$/gm)].map(([, block = '']) => block)
  return blocks.flatMap((block) => {
    return block
      .split(/^\$ /m)
      .slice(1)
      .map((example) => {
        const [command = '', ...printed] = example.trimEnd().split('\n')
        return { command, printed: printed.join('\n') }
      })
  })
}

test('the commands of the README print what it says they print', () => {
  const all = examples()
  expect(all.length).toBeGreaterThan(5)
  for (const { command, printed } of all) {
    const here = command.replaceAll('http://localhost:8080', server.url)
    const output = execFileSync('sh', ['-c', here], { cwd: root, encoding: 'utf8' }).trimEnd()
    const pattern = printed
      .split('...')
      .map((part) => RegExp.escape(part))
      .join('[^]+')
    expect(output, command).toMatch(new RegExp(`^${pattern}$`))
  }
})

test('the links of the documents lead to something', () => {
  const links = [...readme.matchAll(/\]\((?!https?:)([^)#]+)\)/g)].map(([, link = '']) => link)
  expect(links.length).toBeGreaterThan(3)
  for (const link of links) expect(() => readFileSync(join(root, link)), link).not.toThrow(/ENOENT/)
})
