import { join } from 'node:path'

import { afterAll, beforeAll, expect, test } from 'vitest'

import { migratedDatabase, type TestDatabase } from '../../_runtime/testing/database.ts'
import { ServerProcess } from '../../_runtime/testing/server-process.ts'
import { migrations } from '../testing/open-configs.ts'

// What streams goes through each host's own hands: Node's server, and what functions-framework puts around it.
const hosts = ['hosts-process.ts', 'framework-process.ts']
const list = join(import.meta.dirname, '../../list.ts')

let database: TestDatabase
const servers: ServerProcess[] = []
const urls = new Map<string, string>()

beforeAll(async () => {
  database = await migratedDatabase('configs', migrations)
  for (const host of hosts) {
    const script = join(import.meta.dirname, '../../_runtime/testing', host)
    const server = new ServerProcess([script, list], { DATABASE_URL: database.url, LIMITS_BODY_BYTES: '1000' })
    servers.push(server)
    urls.set(host, `http://127.0.0.1:${((await server.message()) as { configs: number }).configs}`)
  }
}, 60_000)

afterAll(async () => {
  for (const server of servers) await server.kill()
  await database.drop()
})

function fileOf(host: string): string {
  const lines = Array.from({ length: 500 }, (_, index) =>
    JSON.stringify({ name: `${host}-${index}`, metadata: { host } }),
  )
  return `${lines.join('\n')}\n`
}

test.each(hosts)('under %s a file far over the limit of bodies is imported, and exported again', async (host) => {
  const url = urls.get(host) ?? ''
  const headers = { 'content-type': 'application/x-ndjson' }
  const imported = await fetch(`${url}/import`, { method: 'POST', headers, body: fileOf(host) })
  expect([imported.status, await imported.json()]).toMatchObject([200, { created: 500 }])
  const exported = await fetch(`${url}/export?prefix=${host}`)
  const text = await exported.text()
  expect(exported.headers.get('content-type')).toBe('application/x-ndjson')
  expect(text.endsWith('\n{"complete":true,"configs":500}\n')).toBe(true)
  const again = await fetch(`${url}/import?mode=mirror&prefix=${host}`, { method: 'POST', headers, body: text })
  expect(await again.json()).toMatchObject({ created: 0, replaced: 0, unchanged: 500, removed: 0 })
})

test.each(hosts)('under %s a file that is refused at its first lines is answered while it is sent', async (host) => {
  const headers = { 'content-type': 'application/x-ndjson' }
  const body = '{"name":"-","metadata":{}}\n'.repeat(100_000)
  const response = await fetch(`${urls.get(host)}/import`, { method: 'POST', headers, body })
  expect(response.status).toBe(400)
  expect(await response.json()).toMatchObject({
    errors: expect.arrayContaining([expect.objectContaining({ line: 1 })]),
  })
})

test.each(hosts)('under %s a file of another media type is refused', async (host) => {
  const response = await fetch(`${urls.get(host)}/import`, { method: 'POST', body: 'text' })
  expect(response.status).toBe(415)
  expect(response.headers.get('accept')).toBe('application/x-ndjson, application/jsonl')
})
