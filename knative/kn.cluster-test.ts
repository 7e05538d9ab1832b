import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

import { afterAll, beforeAll, expect, test } from 'vitest'

import { Kubectl } from '../scripts/cluster/kubectl.ts'
import { ClusterDatabase } from './testing/database.ts'
import { Namespace } from './testing/namespace.ts'
import { imageOf, names } from './testing/quartet.ts'
import { questions } from './testing/questions.ts'
import { TestService } from './testing/service.ts'

const heading = '## With kn alone'
const run = promisify(execFile)
const folder = mkdtempSync(join(tmpdir(), 'quartet-kn-'))

let namespace: Namespace
let database: ClusterDatabase

beforeAll(async () => {
  // As bare as one is that somebody has just made: nothing is enforced.
  namespace = await Namespace.create('kn', 'privileged')
  database = await ClusterDatabase.start(namespace, imageOf('postgres'))
  writeFileSync(join(folder, 'kubeconfig'), await new Kubectl().run(['config', 'view', '--flatten', '--minify']))
})

afterAll(async () => {
  rmSync(folder, { recursive: true })
  await namespace.remove()
})

test('what the README types makes all four in a bare namespace, and they do what they are for', async () => {
  const env = { ...process.env, KUBECONFIG: join(folder, 'kubeconfig') }
  await run('kubectl', ['config', 'set-context', '--current', '--namespace', namespace.name], { env })
  for (const line of typedLines()) await run('bash', ['-o', 'pipefail', '-c', line], { env })
  await namespace.kubectl.run(['wait', 'job/migrate', '--for=condition=Complete', '--timeout=60s'])
  const asked = names.map(async (name) => {
    const service = await TestService.ready(namespace, name)
    return [name, (await service.ask(questions[name].path, questions[name])).status] as const
  })
  expect(Object.fromEntries(await Promise.all(asked))).toEqual({
    configs: 200,
    predict: 200,
    // It may not ask the Kubernetes API, and says so.
    health: 503,
    metrics: 200,
  })
}, 300_000)

/** The commands below the heading, with this run's database and images for those of the reader. */
function typedLines(): string[] {
  const readme = readFileSync(join(import.meta.dirname, 'README.md'), 'utf8')
  const [, section = ''] = readme.split(`${heading}\n\n`)
  const block = section.slice(0, section.search(/\n(?! {4})/))
  const lines = block.split('\n').map((line) => line.trim())
  if (!lines.some((line) => line.startsWith('kn service create'))) {
    throw new Error(`knative/README.md has no block with kn service create right below "${heading}".`)
  }
  return lines.map((line) =>
    line
      .replace(/postgres:\/\/[^\s']+/, database.url)
      .replaceAll(/dev\.local\/quartet-(\w+):[\w.]+/g, (_, name: string) => imageOf(name)),
  )
}
