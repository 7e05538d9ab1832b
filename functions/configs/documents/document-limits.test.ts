import { afterAll, beforeAll, expect, test } from 'vitest'

import { configure } from '../../_runtime/settings/configuration.ts'
import type { Received } from '../../_runtime/testing/call.ts'
import { longestName, widestLimits } from './document-limits.ts'
import { ConfigsSettings } from '../schema.ts'
import { openConfigs, type OpenConfigs } from '../testing/open-configs.ts'

const documents = { nameLength: 10, levels: 2, values: 5, keyLength: 4, numberLength: 3, patchOperations: 2 }

let configs: OpenConfigs

beforeAll(async () => {
  configs = await openConfigs({}, { documents, queries: { conditions: 2, fields: 3 } })
})

afterAll(() => configs.close())

const ndjson = { 'content-type': 'application/x-ndjson' }

/** What every way to store a document answers. */
async function answersTo(name: string, metadata: string): Promise<{ status: number; body: unknown }[]> {
  const body = `{"name":"${name}","metadata":${metadata}}`
  const created = await configs.call(`POST /configs`, { body })
  const replaced = await configs.call(`PUT /configs/${name}?create=true`, { body })
  const imported = await configs.call('POST /import', { body, headers: ndjson })
  return [created, replaced, imported]
}

test.each([
  ['a name', 'n'.repeat(10), 'm'.repeat(11), '{}', '{}', '/name', 'The name is over 10 characters long'],
  [
    'levels',
    'levels',
    'levels',
    '{"a":{"b":1}}',
    '{"a":{"b":{"c":1}}}',
    '/metadata/a/b/c',
    'Nested over 2 levels deep',
  ],
  ['values', 'values', 'values', '{"a":[1,2,3]}', '{"a":[1,2,3,4]}', '/metadata/a/3', 'Over 5 values'],
  ['a key', 'key', 'key', '{"abcd":1}', '{"abcde":1}', '/metadata', 'A key is over 4 characters long'],
  ['a number', 'number', 'number', '{"a":1.0}', '{"a":1.00}', '/metadata/a', 'The number is over 3 characters long'],
])(
  '%s of the limit is stored, and of one more is refused where it is',
  async (_, name, longer, at, above, pointer, detail) => {
    for (const { status } of await answersTo(name, at)) expect([200, 201]).toContain(status)
    for (const { status, body } of await answersTo(longer, above)) {
      expect(status).toBe(400)
      expect(body).toMatchObject({ errors: [{ at: pointer, detail }] })
    }
  },
)

test('what a patch makes is held to the limits, too', async () => {
  await configs.put('patched', { a: { b: 1 } })
  const { status, body } = await configs.call('PATCH /configs/patched', { body: { metadata: { a: { b: { c: 1 } } } } })
  expect(status).toBe(400)
  expect(body).toMatchObject({ errors: [{ at: '/metadata/a/b/c' }] })
})

test('a JSON Patch of the most operations is applied, and of one more is refused', async () => {
  await configs.put('operated', {})
  const operations = ['a', 'b', 'c'].map((key) => ({ op: 'add', path: `/metadata/${key}`, value: 1 }))
  const headers = { 'content-type': 'application/json-patch+json' }
  const patch = (count: number): Promise<Received> =>
    configs.call('PATCH /configs/operated', { body: operations.slice(0, count), headers })
  expect((await patch(2)).status).toBe(200)
  const refused = await patch(3)
  expect(refused.status).toBe(400)
  expect(refused.body).toMatchObject({ errors: [{ at: '/2', detail: 'Over 2 operations' }] })
})

test.each([
  ['search?metadata.a=1&metadata.b=1', '&metadata.c=1', 'Over 2 conditions; this search has 3.'],
  ['configs?fields=name,metadata.a,metadata.b', ',metadata.c', 'The fields cannot be read.'],
  ['search?metadata.a=1&fields=name,metadata.a,metadata.b', ',metadata.c', 'The fields cannot be read.'],
])('GET /%s asks for the most, and with %s for more', async (path, more, detail) => {
  expect((await configs.call(`GET /${path}`)).status).toBe(200)
  const refused = await configs.call(`GET /${path}${more}`)
  expect(refused.status).toBe(400)
  expect(refused.body).toMatchObject({ detail })
})

test.each(Object.entries(widestLimits))(
  'the setting documents.%s goes up to %d, which it is by default',
  (name, most) => {
    const settingsWith = (value: number): ConfigsSettings => {
      const preset = { database: { url: 'postgres://host/db' }, documents: { [name]: value } }
      return configure('configs', ConfigsSettings, { env: {}, preset }).settings
    }
    expect(settingsWith(most).documents).toEqual(widestLimits)
    expect(settingsWith(1).documents).toMatchObject({ [name]: 1 })
    expect(() => settingsWith(most + 1)).toThrow(`documents.${name}`)
    expect(() => settingsWith(0)).toThrow(`documents.${name}`)
  },
)

test('the longest name is the one that the form of names allows', async () => {
  const wide = await openConfigs()
  const statuses = [longestName, longestName + 1].map(async (length) => {
    return (await wide.call('POST /configs', { body: { name: 'n'.repeat(length), metadata: {} } })).status
  })
  expect(await Promise.all(statuses)).toEqual([201, 400])
  await wide.close()
})
