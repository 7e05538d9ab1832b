import { afterAll, beforeAll, expect, test } from 'vitest'

import { openConfigs, type OpenConfigs } from '../testing/open-configs.ts'

let configs: OpenConfigs

beforeAll(async () => {
  configs = await openConfigs()
})

afterAll(() => configs.close())

test.each(['application/merge-patch+json', 'application/json', 'application/merge-patch+json; charset=utf-8'])(
  'a patch of type %s changes what it names',
  async (mediaType) => {
    await configs.put('patched', { limits: { cpu: '1', memory: '1Gi' }, list: [1, 2], gone: true })
    const body = { metadata: { limits: { cpu: '2' }, list: [3], gone: null, added: { a: {} } } }
    const answer = await configs.call('PATCH /configs/patched', { body, headers: { 'content-type': mediaType } })
    expect(answer.status).toBe(200)
    const metadata = { limits: { cpu: '2', memory: '1Gi' }, list: [3], added: { a: {} } }
    expect(answer.body).toEqual({ name: 'patched', metadata })
    expect((await configs.call('GET /configs/patched')).body).toEqual({ name: 'patched', metadata })
  },
)

test('an empty patch changes nothing', async () => {
  await configs.put('unchanged', { a: 1 })
  const { status, body } = await configs.call('PATCH /configs/unchanged', { body: {} })
  expect(status).toBe(200)
  expect(body).toEqual({ name: 'unchanged', metadata: { a: 1 } })
})

test.each([
  ['takes the metadata away', { metadata: null }, '/metadata'],
  ['makes the metadata a list', { metadata: [1] }, '/metadata'],
  ['takes the name away', { name: null }, '/name'],
  ['adds a key that no config has', { kind: 'x' }, '/kind'],
  ['is a list', [], ''],
])('a patch that %s is refused, and changes nothing', async (_, patch, pointer) => {
  await configs.put('kept', { a: 1 })
  const { status, body } = await configs.call('PATCH /configs/kept', { body: patch })
  expect(status).toBe(400)
  expect(body).toMatchObject({ errors: [{ at: pointer }] })
  expect((await configs.call('GET /configs/kept')).body).toEqual({ name: 'kept', metadata: { a: 1 } })
})

test('patches that come at once lose nothing of each other', async () => {
  await configs.put('shared', { keys: {} })
  const keys = Array.from({ length: 100 }, (_, index) => `key-${index}`)
  const answers = await Promise.all(
    keys.map((key) => configs.call('PATCH /configs/shared', { body: { metadata: { keys: { [key]: true } } } })),
  )
  expect(answers.map(({ status }) => status)).toEqual(keys.map(() => 200))
  const { body } = await configs.call('GET /configs/shared')
  expect(body).toEqual({ name: 'shared', metadata: { keys: Object.fromEntries(keys.map((key) => [key, true])) } })
})

test('patches, replacements and removals that come at once are answered as if they came one by one', async () => {
  const work = Array.from({ length: 60 }, (_, index) => {
    if (index % 4 === 0) return configs.call('POST /configs', { body: { name: 'busy', metadata: { index } } })
    if (index % 4 === 1) return configs.call('PATCH /configs/busy', { body: { metadata: { index } } })
    if (index % 4 === 2) return configs.call('PUT /configs/busy', { body: { name: 'busy', metadata: { index } } })
    return configs.call('DELETE /configs/busy')
  })
  const statuses = new Set((await Promise.all(work)).map(({ status }) => status))
  expect([...statuses].every((status) => [200, 201, 204, 404, 409].includes(status))).toBe(true)
})
