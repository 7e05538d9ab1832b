import { existsSync } from 'node:fs'
import { join } from 'node:path'

import { afterAll, beforeAll, describe } from 'vitest'

import { migrate } from './_runtime/postgres/migrations.ts'
import { describeBodies } from './_runtime/testing/contract/bodies.ts'
import { describeIdentity } from './_runtime/testing/contract/identity.ts'
import { describeMethods } from './_runtime/testing/contract/methods.ts'
import { describeSharedPaths } from './_runtime/testing/contract/shared-paths.ts'
import { Subject } from './_runtime/testing/contract/subject.ts'
import { describeTargets } from './_runtime/testing/contract/targets.ts'
import { testDatabase, type TestDatabase } from './_runtime/testing/database.ts'
import type { Ports } from './_runtime/testing/framework-process.ts'
import { ServerProcess } from './_runtime/testing/server-process.ts'
import { startHost, type TestHost } from './_runtime/testing/test-host.ts'
import { functions } from './list.ts'

const limitBytes = 100_000
const frameworkScript = join(import.meta.dirname, '_runtime/testing/framework-process.ts')
const loaded = await Promise.all(Object.values(functions).map((load) => load()))

let database: TestDatabase
let framework: ServerProcess
let frameworkPorts: Ports
const nodeHosts = new Map<string, TestHost>()

beforeAll(async () => {
  database = await testDatabase()
  for (const name of Object.keys(functions)) {
    const folder = join(import.meta.dirname, name, 'migrations')
    if (existsSync(folder)) await migrate(database.url, name, folder)
  }
  const env = { DATABASE_URL: database.url, LIMITS_BODY_BYTES: String(limitBytes) }
  framework = new ServerProcess([frameworkScript, join(import.meta.dirname, 'list.ts')], env)
  frameworkPorts = (await framework.message()) as Ports
  for (const each of loaded) nodeHosts.set(each.definition.name, await startHost(each, {}, env))
})

afterAll(async () => {
  await Promise.all([...nodeHosts.values()].map((host) => host.stop()))
  await framework.kill()
  await database.drop()
})

// Every function, under our own host and under functions-framework: the same answers.
describe.for(loaded.map(({ definition }) => definition))('$name', (definition) => {
  const subject = new Subject(definition, limitBytes, () => {
    const node = nodeHosts.get(definition.name)
    const port = frameworkPorts[definition.name]
    if (!node || port === undefined) throw new Error(`${definition.name} does not run.`)
    return { node, framework: { port, log: framework.log } }
  })
  describeSharedPaths(subject)
  describeMethods(subject)
  describeTargets(subject)
  describeIdentity(subject)
  describeBodies(subject)
})
