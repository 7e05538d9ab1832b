import { afterAll, beforeAll, expect, test } from 'vitest'

import { openConfigs, type OpenConfigs } from '../testing/open-configs.ts'

let configs: OpenConfigs

beforeAll(async () => {
  configs = await openConfigs()
})

afterAll(() => configs.close())

async function etagOf(name: string): Promise<string> {
  const { headers } = await configs.call(`GET /configs/${name}`)
  return headers['etag'] ?? 'none'
}

function document(name: string, metadata: unknown): { readonly body: unknown } {
  return { body: { name, metadata } }
}

test('every answer with a config has its ETag, and a change changes it', async () => {
  const created = await configs.call('POST /configs', document('tagged', { a: 1 }))
  expect(created.headers['etag']).toMatch(/^"[1-9]\d*"$/)
  expect(await etagOf('tagged')).toBe(created.headers['etag'])
  const replaced = await configs.call('PUT /configs/tagged', document('tagged', { a: 2 }))
  expect(await etagOf('tagged')).toBe(replaced.headers['etag'])
  const patched = await configs.call('PATCH /configs/tagged', { body: { metadata: { a: 3 } } })
  expect(await etagOf('tagged')).toBe(patched.headers['etag'])
  expect(new Set([created, replaced, patched].map(({ headers }) => headers['etag'])).size).toBe(3)
})

test('an ETag stays as long as nothing is changed', async () => {
  await configs.put('still', { a: 1 })
  const etag = await etagOf('still')
  await configs.put('another', {})
  await configs.call('PUT /configs/still', { ...document('still', {}), headers: { 'if-match': '"1"' } })
  await configs.call('PATCH /configs/still', { body: { metadata: null } })
  expect(await etagOf('still')).toBe(etag)
})

test('HEAD has the ETag', async () => {
  const { status, headers } = await configs.call('HEAD /configs/datacenter-1')
  expect(status).toBe(200)
  expect(headers['etag']).toBe(await etagOf('datacenter-1'))
})

test.each(['GET', 'HEAD'] as const)('%s answers 304 to who has the config already', async (method) => {
  const etag = await etagOf('datacenter-1')
  for (const known of [etag, `W/${etag}`, `"7000", ${etag}`, '*']) {
    const headers = { 'if-none-match': known }
    const answer = await configs.call(`${method} /configs/datacenter-1`, { headers })
    expect(answer.status).toBe(304)
    expect(answer.headers['etag']).toBe(etag)
    expect(answer.body).toBeUndefined()
  }
  for (const other of ['"7000"', 'nonsense', '']) {
    const headers = { 'if-none-match': other }
    expect((await configs.call(`${method} /configs/datacenter-1`, { headers })).status).toBe(200)
  }
})

test('GET with If-None-Match is 404 where there is nothing', async () => {
  expect((await configs.call('GET /configs/nobody', { headers: { 'if-none-match': '*' } })).status).toBe(404)
})

const changes = [
  ['PUT', { name: 'guarded', metadata: { changed: true } }, 200],
  ['PATCH', { metadata: { changed: true } }, 200],
  ['DELETE', undefined, 204],
] as const

test.each(changes)('%s is made on the version that If-Match names, and on no other', async (method, body, status) => {
  await configs.put('guarded', { before: true })
  const before = await etagOf('guarded')
  await configs.call('PATCH /configs/guarded', { body: { metadata: { between: true } } })
  const refused = await configs.call(`${method} /configs/guarded`, { body, headers: { 'if-match': before } })
  expect(refused.status).toBe(412)
  expect((await configs.call('GET /configs/guarded')).body).toMatchObject({ metadata: { between: true } })
  const headers = { 'if-match': `${before}, ${await etagOf('guarded')}` }
  expect((await configs.call(`${method} /configs/guarded`, { body, headers })).status).toBe(status)
})

test.each(changes)('%s is not made on a version that If-None-Match names', async (method, body, status) => {
  await configs.put('guarded', { before: true })
  for (const known of [await etagOf('guarded'), '*']) {
    const headers = { 'if-none-match': known }
    expect((await configs.call(`${method} /configs/guarded`, { body, headers })).status).toBe(412)
  }
  const headers = { 'if-none-match': '"1"' }
  expect((await configs.call(`${method} /configs/guarded`, { body, headers })).status).toBe(status)
})

test('an ETag is not valid again when its config is removed and created again', async () => {
  const first = await configs.call('POST /configs', document('again', { a: 1 }))
  await configs.call('DELETE /configs/again')
  const second = await configs.call('POST /configs', document('again', { a: 1 }))
  expect(Number(second.headers['etag']?.slice(1, -1))).toBeGreaterThan(Number(first.headers['etag']?.slice(1, -1)))
  const headers = { 'if-match': first.headers['etag'] ?? '' }
  expect((await configs.call('DELETE /configs/again', { headers })).status).toBe(412)
  expect((await configs.call('PUT /configs/again', { ...document('again', {}), headers })).status).toBe(412)
})

test('PUT creates with If-None-Match: *, and then no more', async () => {
  const headers = { 'if-none-match': '*' }
  const first = await configs.call('PUT /configs/only-new', { ...document('only-new', { a: 1 }), headers })
  expect(first.status).toBe(201)
  expect(first.headers).toMatchObject({ location: '/configs/only-new', etag: await etagOf('only-new') })
  expect(first.body).toEqual({ name: 'only-new', metadata: { a: 1 } })
  const second = await configs.call('PUT /configs/only-new', { ...document('only-new', { a: 2 }), headers })
  expect(second.status).toBe(412)
  expect((await configs.call('GET /configs/only-new')).body).toEqual(first.body)
})

test('PUT with ?create=true creates or replaces, and says which', async () => {
  const first = await configs.call('PUT /configs/either?create=true', document('either', { a: 1 }))
  expect(first.status).toBe(201)
  expect(first.headers['location']).toBe('/configs/either')
  const second = await configs.call('PUT /configs/either?create=true', document('either', { a: 2 }))
  expect(second.status).toBe(200)
  expect(second.headers['location']).toBeUndefined()
  expect(second.headers['etag']).toBe(await etagOf('either'))
  const headers = { 'if-none-match': second.headers['etag'] ?? '' }
  expect((await configs.call('PUT /configs/either?create=true', { ...document('either', {}), headers })).status).toBe(
    412,
  )
  const matching = { 'if-match': second.headers['etag'] ?? '' }
  const third = await configs.call('PUT /configs/either?create=true', { ...document('either', {}), headers: matching })
  expect(third.status).toBe(200)
})

test('PUT with ?create=true creates nothing where If-Match has nothing to match', async () => {
  for (const etag of ['"1"', '*']) {
    const headers = { 'if-match': etag }
    const { status } = await configs.call('PUT /configs/none?create=true', { ...document('none', {}), headers })
    expect(status).toBe(412)
  }
  expect((await configs.call('GET /configs/none')).status).toBe(404)
  expect((await configs.call('PUT /configs/none?create=false', document('none', {}))).status).toBe(404)
  expect((await configs.call('PUT /configs/none?create=yes', document('none', {}))).status).toBe(400)
})

test.each(changes)('%s with the ETag of a config that is gone is 404', async (method, body) => {
  await configs.put('guarded', {})
  const headers = { 'if-match': await etagOf('guarded') }
  await configs.call('DELETE /configs/guarded')
  expect((await configs.call(`${method} /configs/guarded`, { body, headers })).status).toBe(404)
})

test('where changes must depend on a version, those that do not are answered 428', async () => {
  const strict = await openConfigs({}, { requireIfMatch: true })
  try {
    await strict.call('POST /configs', { body: { name: 'guarded', metadata: {} } })
    for (const [method, body, status] of changes) {
      const refused = await strict.call(`${method} /configs/guarded`, { body })
      expect(refused.status).toBe(428)
      expect(refused.body).toMatchObject({
        title: 'Precondition Required',
        detail: expect.stringContaining('If-Match'),
      })
      const { headers: read } = await strict.call('GET /configs/guarded')
      const headers = { 'if-match': read['etag'] ?? '' }
      expect((await strict.call(`${method} /configs/guarded`, { body, headers })).status).toBe(status)
    }
    const body = { name: 'guarded', metadata: {} }
    expect((await strict.call('PUT /configs/guarded?create=true', { body })).status).toBe(428)
    const headers = { 'if-none-match': '*' }
    expect((await strict.call('PUT /configs/guarded', { body, headers })).status).toBe(201)
  } finally {
    await strict.close()
  }
})

test('the OpenAPI document has the headers', async () => {
  const { body } = await configs.call('GET /openapi.json')
  const put = { parameters: expect.arrayContaining([expect.objectContaining({ name: 'If-Match', in: 'header' })]) }
  const get = {
    responses: expect.objectContaining({ 200: expect.objectContaining({ headers: { ETag: expect.anything() } }) }),
  }
  expect(body).toMatchObject({ paths: { '/configs/{name}': { put, get } } })
})
