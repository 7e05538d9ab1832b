import { afterAll, beforeAll, expect, test } from 'vitest'

import { openConfigs, type OpenConfigs } from './testing/open-configs.ts'

let configs: OpenConfigs

beforeAll(async () => {
  configs = await openConfigs()
})

afterAll(() => configs.close())

async function documentAt(name: string): Promise<unknown> {
  return (await configs.call(`GET /configs/${name}`)).body
}

test.each(['name', 'dcname'])('a config that was sent with %s comes back with it', async (key) => {
  const document = { [key]: `by-${key}`, metadata: { a: 1 } }
  expect((await configs.call('POST /configs', { body: document })).status).toBe(201)
  expect(await documentAt(`by-${key}`)).toEqual(document)
})

test('replacing a config takes over the spelling of the one who replaced it', async () => {
  await configs.put('respelled', { a: 1 })
  const document = { dcname: 'respelled', metadata: { a: 2 } }
  const { status, body } = await configs.call('PUT /configs/respelled', { body: document })
  expect(status).toBe(200)
  expect(body).toEqual(document)
  expect(await documentAt('respelled')).toEqual(document)
})

test('a patch that says nothing of the name keeps its spelling', async () => {
  const { body } = await configs.call('PATCH /configs/datacenter-2', { body: { metadata: { extra: 1 } } })
  expect(body).toMatchObject({ dcname: 'datacenter-2', metadata: { extra: 1 } })
  expect(body).not.toHaveProperty('name')
})

test('a patch can change the spelling', async () => {
  await configs.put('patched-spelling', { a: 1 })
  const patch = { name: null, dcname: 'patched-spelling' }
  const { status } = await configs.call('PATCH /configs/patched-spelling', { body: patch })
  expect(status).toBe(200)
  expect(await documentAt('patched-spelling')).toEqual({ dcname: 'patched-spelling', metadata: { a: 1 } })
})

test('both spellings at once are refused', async () => {
  const body = { name: 'both', dcname: 'both', metadata: {} }
  const answer = await configs.call('POST /configs', { body })
  expect(answer.status).toBe(400)
  expect(answer.body).toMatchObject({ errors: [{ at: expect.stringMatching(/^\/(dc)?name$/) }] })
  const patch = await configs.call('PATCH /configs/datacenter-1', { body: { name: 'datacenter-1' } })
  expect(patch.status).toBe(400)
  expect(patch.body).toMatchObject({ errors: [{ at: expect.stringMatching(/^\/(dc)?name$/) }] })
})

test('no name at all is refused', async () => {
  const answer = await configs.call('POST /configs', { body: { metadata: {} } })
  expect(answer.status).toBe(400)
  expect(answer.body).toMatchObject({ errors: [{ at: '/name' }] })
})

test.each(['PUT', 'PATCH'] as const)('%s does not rename', async (method) => {
  await configs.put('keeps-its-name', { a: 1 })
  const body = { name: 'another', metadata: { a: 2 } }
  const answer = await configs.call(`${method} /configs/keeps-its-name`, { body })
  expect(answer.status).toBe(400)
  expect(answer.body).toMatchObject({ errors: [{ at: '/name', detail: expect.stringContaining('keeps-its-name') }] })
  expect(await documentAt('keeps-its-name')).toEqual({ name: 'keeps-its-name', metadata: { a: 1 } })
})

test.each(['a', 'A-1.b_c', '0', 'x'.repeat(253), '__proto__'.replaceAll('_', '0'), 'constructor'])(
  '"%s" is a name',
  async (name) => {
    expect((await configs.call('POST /configs', { body: { name, metadata: {} } })).status).toBe(201)
    expect(await documentAt(name)).toEqual({ name, metadata: {} })
  },
)

test.each([
  '',
  ' ',
  '-a',
  'a-',
  '.',
  '..',
  'a/b',
  'a b',
  'ä',
  'a\n',
  'a\0',
  'x'.repeat(254),
  "'; drop table configs.configs; --",
  "x' or '1'='1",
  '${name}',
])('%j is no name', async (name) => {
  const created = await configs.call('POST /configs', { body: { name, metadata: {} } })
  expect(created.status).toBe(400)
  expect(created.body).toMatchObject({ errors: [{ at: '/name', detail: expect.stringContaining('letters, digits') }] })
})

test.each(["'; drop table configs.configs; --", "x' or '1'='1", '%', '_', '../x', 'a"b', "datacenter-1'--"])(
  '%j in the path finds nothing and harms nothing',
  async (name) => {
    const path = `/configs/${encodeURIComponent(name)}` as const
    const answers = [
      await configs.call(`GET ${path}`),
      await configs.call(`DELETE ${path}`),
      await configs.call(`PATCH ${path}`, { body: {} }),
    ]
    for (const { status, body } of answers) {
      expect(status).toBe(400)
      expect(body).toMatchObject({ errors: [{ at: 'name' }] })
    }
    expect(await documentAt('datacenter-1')).toMatchObject({ dcname: 'datacenter-1' })
  },
)

test('SQL in metadata is text', async () => {
  const metadata = { "'; drop table configs.configs; --": "'); delete from configs.configs; --" }
  await configs.put('sql', metadata)
  expect(await documentAt('sql')).toEqual({ name: 'sql', metadata })
})
