import postgres from 'postgres'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'

import type { Received } from '../../_runtime/testing/call.ts'
import { openConfigs, type OpenConfigs } from '../testing/open-configs.ts'
import { mostFlaws } from './config-file.ts'

let configs: OpenConfigs
let sql: postgres.Sql

beforeAll(async () => {
  configs = await openConfigs({}, { limits: { bodyBytes: 2000 }, bulk: { fileBytes: 100_000, fileLines: 300 } })
  sql = postgres(configs.databaseUrl, { onnotice: () => {} })
})

afterAll(async () => {
  await sql.end()
  await configs.close()
})

beforeEach(async () => {
  await sql`truncate configs.configs, configs.versions`
})

function line(name: string, metadata: unknown): string {
  return JSON.stringify({ name, metadata })
}

function file(...lines: readonly string[]): string {
  return lines.map((each) => `${each}\n`).join('')
}

function exported(prefix: string, ...lines: readonly string[]): string {
  const first = JSON.stringify({ export: 'configs', form: 1, prefix })
  return file(first, ...lines, JSON.stringify({ complete: true, configs: lines.length }))
}

function importing(body: string | Buffer, query = ''): Promise<Received> {
  return configs.call(`POST /import${query}`, { body, headers: { 'content-type': 'application/x-ndjson' } })
}

async function exporting(query = ''): Promise<string> {
  const { status, bytes } = await configs.call(`GET /export${query}`)
  expect(status).toBe(200)
  return bytes.toString()
}

async function names(): Promise<string[]> {
  const rows = await sql<{ name: string }[]>`select name from configs.configs order by name`
  return rows.map(({ name }) => name)
}

function counts(all: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return { dryRun: false, created: 0, replaced: 0, unchanged: 0, removed: 0, ...all }
}

async function versionOf(name: string): Promise<unknown> {
  return (await configs.call(`GET /configs/${name}`)).headers['etag']
}

test('what was imported is exported, to the letter and by name', async () => {
  const lines = [
    '{"name":"b","metadata":{"z":1.0,"a":1e400,"big":12345678901234567890}}',
    '{"dcname":"a","metadata":{"\\t":"\\"\\\\","ü":[],"__proto__":{}}}',
  ]
  const { status, body } = await importing(file(...lines))
  expect({ status, body }).toEqual({ status: 200, body: counts({ created: 2 }) })
  expect(await exporting()).toBe(exported('', ...lines.toReversed()))
})

test('documents that are large are exported among those that are small', async () => {
  await configs.put('a', { small: 1 })
  await configs.put('c', { small: 2 })
  const large = { text: 'x'.repeat(100_000) }
  await sql`insert into configs.configs (name, name_key, metadata) values ('b', 'name', ${JSON.stringify(large)}::text::json)`
  expect(await exporting()).toBe(exported('', line('a', { small: 1 }), line('b', large), line('c', { small: 2 })))
})

test('an export of nothing is whole, and so is one of a prefix', async () => {
  expect(await exporting()).toBe(exported(''))
  for (const name of ['a', 'a-1', 'a-2', 'b']) await configs.put(name, {})
  expect(await exporting('?prefix=a-')).toBe(exported('a-', line('a-1', {}), line('a-2', {})))
})

test('an export that is imported again changes nothing, and makes no version', async () => {
  for (const name of ['a', 'b', 'c']) await configs.put(name, { n: 1.5 })
  const before = await Promise.all(['a', 'b', 'c'].map(versionOf))
  for (const query of ['', '?mode=mirror&prefix=']) {
    const { body } = await importing(await exporting(), query)
    expect(body).toEqual(counts({ unchanged: 3 }))
  }
  expect(await Promise.all(['a', 'b', 'c'].map(versionOf))).toEqual(before)
})

test('an import creates, replaces and leaves alone, and every change has its version', async () => {
  await configs.put('same', { a: 1 })
  await configs.put('other', { a: 1 })
  await configs.put('elsewhere', { a: 1 })
  const body = file(line('same', { a: 1 }), line('other', { a: 2 }), line('new', { a: 3 }))
  const wouldBe = { created: 1, replaced: 1, unchanged: 1 }
  expect((await importing(body, '?dryRun=true')).body).toEqual(counts({ ...wouldBe, dryRun: true }))
  expect(await names()).toEqual(['elsewhere', 'other', 'same'])
  expect((await importing(body)).body).toEqual(counts(wouldBe))
  expect(await names()).toEqual(['elsewhere', 'new', 'other', 'same'])
  expect((await configs.call('GET /configs/other/versions')).body).toHaveLength(2)
  expect((await configs.call('GET /configs/same/versions')).body).toHaveLength(1)
  expect((await configs.call('GET /search?metadata.a=3')).body).toEqual([{ name: 'new', metadata: { a: 3 } }])
})

test('mode=create stores new names only, or nothing', async () => {
  await configs.put('taken', { a: 1 })
  const body = file(line('new', {}), line('taken', { a: 1 }))
  for (const query of ['?mode=create', '?mode=create&dryRun=true']) {
    const answer = await importing(body, query)
    expect(answer.status).toBe(409)
    expect(answer.body).toMatchObject({ errors: [{ at: '/name', line: 2, detail: '"taken" is stored already' }] })
  }
  expect(await names()).toEqual(['taken'])
  expect((await importing(file(line('new', {})), '?mode=create')).body).toEqual(counts({ created: 1 }))
})

test('mode=mirror removes what a whole export does not have, below its prefix', async () => {
  for (const name of ['a-1', 'a-2', 'b-1']) await configs.put(name, {})
  const body = exported('a-', line('a-2', { new: true }), line('a-3', {}))
  const wouldBe = { created: 1, replaced: 1, removed: 1 }
  const query = '?mode=mirror&prefix=a-'
  expect((await importing(body, `${query}&dryRun=true`)).body).toEqual(counts({ ...wouldBe, dryRun: true }))
  expect((await importing(body, query)).body).toEqual(counts(wouldBe))
  expect(await names()).toEqual(['a-2', 'a-3', 'b-1'])
  expect((await configs.call('GET /configs/a-1/versions')).body).toMatchObject([{ removed: true }, {}])
})

test.each([
  ['without a prefix', '?mode=mirror', exported('')],
  ['of a file that is no export', '?mode=mirror&prefix=', file(line('x', {}))],
  ['of an export of another prefix', '?mode=mirror&prefix=', exported('x', line('x', {}))],
  ['of nothing', '?mode=mirror&prefix=', ''],
])('mode=mirror %s removes nothing', async (_, query, body) => {
  await configs.put('kept', {})
  expect((await importing(body, query)).status).toBe(400)
  expect(await names()).toEqual(['kept'])
})

test('a prefix is held against every name', async () => {
  const answer = await importing(file(line('a-1', {}), line('b-1', {})), '?prefix=a-')
  expect(answer.status).toBe(400)
  expect(answer.body).toMatchObject({ errors: [{ at: '/name', line: 2 }] })
  expect(await names()).toEqual([])
})

test('an export that was cut off is noticed wherever that was', async () => {
  const whole = exported('', line('a', {}), line('b', {}), line('c', {}))
  for (let length = whole.indexOf('\n') + 1; length < whole.length - 1; length += 1) {
    const { status } = await importing(whole.slice(0, length))
    expect([length, status]).toEqual([length, 400])
  }
  expect(await names()).toEqual([])
  expect((await importing(whole.trimEnd())).status).toBe(200)
})

test('every flaw is said with its line and its pointer, and nothing is changed', async () => {
  const body = file(
    line('good', {}),
    '',
    '{"name":"-","metadata":{}}',
    '{"name":"a","metadata":{"a/b":["\\u0000"]}}',
    '{"name":"a","metadata":{}',
    '{"name":"a","metadata":01}',
    '[]',
  )
  const { status, body: problem } = await importing(body)
  expect(status).toBe(400)
  expect(problem).toMatchObject({
    errors: [
      { line: 3, at: '/name' },
      { line: 4, at: '/metadata/a~1b/0', detail: 'The text has a NUL character' },
      { line: 5, at: '', detail: 'The line is not valid JSON since it ends too early' },
      { line: 6, at: '', detail: 'The line is not valid JSON from column 25 on' },
      { line: 7, at: '' },
    ],
  })
  expect(await names()).toEqual([])
})

test.each([
  ['a name twice', file(line('a', {}), line('b', {}), line('a', { x: 1 })), 3, '/name'],
  ['a name twice in two spellings', file(line('a', {}), '{"dcname":"a","metadata":{}}'), 2, '/dcname'],
  ['a line that is not UTF-8', Buffer.from('{"name":"é","metadata":{}}', 'latin1'), 1, ''],
  ['a first line in the middle', file(line('a', {}), '{"export":"configs","form":1,"prefix":""}'), 2, '/export'],
  ['a form that is not known', file('{"export":"configs","form":2,"prefix":""}'), 1, '/form'],
  ['a line behind the last', file('{"complete":true,"configs":0}', line('a', {})), 2, ''],
  ['a last line that counts others', file(line('a', {}), '{"complete":true,"configs":2}'), 2, '/configs'],
  ['a name without the prefix of its export', exported('b', line('a', {})), 2, '/name'],
  ['a line that is too long', file(line('a', {}), line('b', { text: 'x'.repeat(3000) })), 2, ''],
  ['a line too many', file(...Array.from({ length: 301 }, (_, index) => line(`n${index}`, {}))), 301, ''],
])('%s is refused at its line', async (_, body, at, pointer) => {
  const answer = await importing(body)
  expect(answer.status).toBe(400)
  expect(answer.body).toMatchObject({ errors: [{ line: at, at: pointer }] })
  expect(await names()).toEqual([])
})

test('a line of the longest length, and as many lines as there may be, are taken', async () => {
  const longest = line('b', { text: 'x'.repeat(3000 - line('b', { text: '' }).length) })
  expect(longest).toHaveLength(3000)
  const others = Array.from({ length: 299 }, (_, index) => line(`n${index}`, {}))
  expect((await importing(file(longest, ...others))).body).toEqual(counts({ created: 300 }))
})

test('a file over its limit is answered 413', async () => {
  const body = Buffer.alloc(100_001, '\n')
  expect((await importing(body)).status).toBe(413)
  expect((await importing(Buffer.alloc(200, '\n'))).body).toEqual(counts({}))
})

test('a file says only so many times what is wrong with it', async () => {
  const { body } = await importing('x\n'.repeat(250))
  expect((body as { errors: unknown[] }).errors).toHaveLength(mostFlaws)
})

test.each(['?mode=other', '?dryRun=1', '?prefix=%25', '?nosuch=1'])('POST /import%s is answered 400', async (query) => {
  expect((await importing('', query)).status).toBe(400)
})

test('another media type is answered 415', async () => {
  const statuses = new Map<string, number>()
  for (const type of ['application/json', 'application/jsonl']) {
    const { status } = await configs.call('POST /import', { body: '', headers: { 'content-type': type } })
    statuses.set(type, status)
  }
  expect([...statuses.values()]).toEqual([415, 200])
})

test('configs may be called as the routes are', async () => {
  for (const name of ['export', 'import']) {
    await configs.put(name, { called: name })
    expect((await configs.call(`GET /configs/${name}`)).body).toEqual({ name, metadata: { called: name } })
  }
})
