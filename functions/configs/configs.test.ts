import { afterAll, beforeAll, expect, test } from 'vitest'

import { openConfigs, type OpenConfigs } from './testing/open-configs.ts'

let configs: OpenConfigs

beforeAll(async () => {
  configs = await openConfigs()
})

afterAll(() => configs.close())

const limits = { limits: { cpu: { enabled: true, value: '500m' } }, monitoring: { enabled: true } }

test('the first migration brings two datacenters', async () => {
  const { status, body } = await configs.call('GET /configs/datacenter-1')
  expect(status).toBe(200)
  expect(body).toEqual({ dcname: 'datacenter-1', metadata: limits })
  expect((await configs.call('GET /configs/datacenter-2')).status).toBe(200)
})

test('a config that was created says where it is, and is there', async () => {
  const document = { name: 'created', metadata: limits }
  const created = await configs.call('POST /configs', { body: document })
  expect(created.status).toBe(201)
  expect(created.headers['location']).toBe('/configs/created')
  expect(created.body).toEqual(document)
  const read = await configs.call('GET /configs/created')
  expect(read.status).toBe(200)
  expect(read.body).toEqual(document)
})

test('a name that is taken is not created again, and what it has stays', async () => {
  await configs.put('taken', { before: true })
  const { status, body } = await configs.call('POST /configs', { body: { dcname: 'taken', metadata: {} } })
  expect(status).toBe(409)
  expect(body).toMatchObject({ title: 'Conflict', detail: expect.stringContaining('PUT /configs/taken') })
  expect((await configs.call('GET /configs/taken')).body).toEqual({ name: 'taken', metadata: { before: true } })
})

test('of many who create one name at once, one does', async () => {
  const attempts = Array.from({ length: 20 }, (_, index) => {
    return configs.call('POST /configs', { body: { name: 'contested', metadata: { index } } })
  })
  const statuses = (await Promise.all(attempts)).map(({ status }) => status)
  expect(statuses.filter((status) => status === 201)).toHaveLength(1)
  expect(statuses.filter((status) => status === 409)).toHaveLength(19)
})

test('a config is replaced as a whole', async () => {
  await configs.put('replaced', { old: true, shared: 1 })
  const document = { name: 'replaced', metadata: { shared: 2 } }
  const { status, body } = await configs.call('PUT /configs/replaced', { body: document })
  expect(status).toBe(200)
  expect(body).toEqual(document)
  expect((await configs.call('GET /configs/replaced')).body).toEqual(document)
})

test('a config that was removed is gone', async () => {
  await configs.put('removed', {})
  const { status, body } = await configs.call('DELETE /configs/removed')
  expect(status).toBe(204)
  expect(body).toBeUndefined()
  expect((await configs.call('GET /configs/removed')).status).toBe(404)
})

test.each([
  ['GET /configs/nobody', undefined],
  ['DELETE /configs/nobody', undefined],
  ['PUT /configs/nobody', { name: 'nobody', metadata: {} }],
  ['PATCH /configs/nobody', { metadata: {} }],
] as const)('%s is 404 where there is no such config', async (request, body) => {
  const answer = await configs.call(request, { body })
  expect(answer.status).toBe(404)
  expect(answer.body).toMatchObject({ title: 'Not Found', detail: 'No config is named "nobody".' })
})

const changes = [
  ['PUT', { name: 'conditional', metadata: { changed: true } }, 200],
  ['PATCH', { metadata: { changed: true } }, 200],
  ['DELETE', undefined, 204],
] as const

test.each(changes)('%s with ETags that a config does not have changes nothing', async (method, body) => {
  await configs.put('conditional', { before: true })
  const { headers: read } = await configs.call('GET /configs/conditional')
  for (const etag of ['"1"', `W/${read['etag']}`, '"1", "2"', '"another"', `"${'9'.repeat(40)}"`, '""']) {
    const answer = await configs.call(`${method} /configs/conditional`, { body, headers: { 'if-match': etag } })
    expect(answer.status).toBe(412)
    const detail = expect.stringContaining(`at version ${read['etag']?.slice(1, -1)} now`)
    expect(answer.body).toMatchObject({ title: 'Precondition Failed', detail })
  }
  for (const name of ['if-match', 'if-none-match']) {
    for (const etag of ['', 'nonsense', '"1', '1', '"1" and "2"', '*, "1"']) {
      const answer = await configs.call(`${method} /configs/conditional`, { body, headers: { [name]: etag } })
      expect(answer.status).toBe(400)
      expect(answer.body).toMatchObject({ errors: [{ at: name, detail: expect.stringContaining('double quotes') }] })
    }
  }
  const { body: kept } = await configs.call('GET /configs/conditional')
  expect(kept).toEqual({ name: 'conditional', metadata: { before: true } })
})

test.each(changes)('%s with If-Match: * needs only that there is a config', async (method, body, status) => {
  await configs.put('conditional', { before: true })
  const headers = { 'if-match': '*' }
  expect((await configs.call(`${method} /configs/conditional`, { body, headers })).status).toBe(status)
  await configs.call('DELETE /configs/conditional')
  expect((await configs.call(`${method} /configs/conditional`, { body, headers })).status).toBe(404)
})

test.each([
  ['POST /configs', 'text/plain'],
  ['PUT /configs/datacenter-1', 'application/x-www-form-urlencoded'],
  ['PATCH /configs/datacenter-1', 'application/yaml'],
] as const)('%s refuses %s, and says what it takes', async (request, mediaType) => {
  const { status, headers } = await configs.call(request, { body: '{}', headers: { 'content-type': mediaType } })
  expect(status).toBe(415)
  expect(headers['accept']).toContain('application/json')
})

test('metadata holds every type of JSON, in every depth', async () => {
  const metadata = {
    text: 'ü 日本 👋 "quoted" \\ / \b\f\n\r\t \u007f',
    empty: '',
    number: -1.5e-7,
    yes: true,
    no: false,
    nothing: null,
    list: [1, 'two', null, [], {}, [[['deep']]], { in: ['list'] }],
    object: { '': 'empty key', 'a/b~c.d': { e: {} } },
  }
  await configs.put('types', metadata)
  expect((await configs.call('GET /configs/types')).body).toEqual({ name: 'types', metadata })
})
