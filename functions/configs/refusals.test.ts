import { afterAll, beforeAll, expect, test } from 'vitest'

import { longestKey, longestNumber, mostLevels, mostValues } from './documents/metadata.ts'
import { openConfigs, type OpenConfigs } from './testing/open-configs.ts'

let configs: OpenConfigs

beforeAll(async () => {
  configs = await openConfigs()
})

afterAll(() => configs.close())

function nested(levels: number, innermost = 'null'): string {
  return `${'{"a":'.repeat(levels)}${innermost}${'}'.repeat(levels)}`
}

function list(length: number): string {
  return `[${Array.from({ length }, () => 0).join(',')}]`
}

function withNumber(digits: number): string {
  return documentText(`{"a":[1,1${'0'.repeat(digits - 1)}]}`)
}

function documentText(metadata: string): string {
  return `{"name":"refused","metadata":${metadata}}`
}

test.each([
  ['no metadata', { name: 'x' }, '/metadata'],
  ['metadata that is a list', { name: 'x', metadata: [] }, '/metadata'],
  ['metadata that is null', { name: 'x', metadata: null }, '/metadata'],
  ['metadata that is a number', { name: 'x', metadata: 1 }, '/metadata'],
  ['a name that is a number', { name: 1, metadata: {} }, '/name'],
  ['a name that is null', { dcname: null, metadata: {} }, '/dcname'],
  ['a key that no config has', { name: 'x', metadata: {}, 'a/b': 1 }, '/a~1b'],
  ['a list', [], ''],
  ['a text', 'config', ''],
  ['null', null, ''],
])('%s is refused with its pointer', async (_, document, pointer) => {
  const { status, body } = await configs.call('POST /configs', { body: JSON.stringify(document) })
  expect(status).toBe(400)
  expect(body).toMatchObject({
    title: 'Bad Request',
    errors: expect.arrayContaining([expect.objectContaining({ at: pointer })]),
  })
})

test('a key called __proto__ is as unknown as any other', async () => {
  const body = '{"name":"x","metadata":{},"__proto__":{"polluted":true}}'
  const answer = await configs.call('POST /configs', { body })
  expect(answer.status).toBe(400)
  expect(answer.body).toMatchObject({ errors: [{ at: '/__proto__' }] })
  expect({}).not.toHaveProperty('polluted')
})

test.each([
  ['a NUL in a text', String.raw`{"a":{"b":["x",{"c":"\u0000"}]}}`, '/metadata/a/b/1/c'],
  ['a NUL in a key', String.raw`{"a":{"k\u0000":1}}`, '/metadata/a/k\0'],
  ['half of a surrogate pair in a text', String.raw`{"a":"\ud83d"}`, '/metadata/a'],
  ['the other half', String.raw`{"a":"\udc4b!"}`, '/metadata/a'],
  ['half of a surrogate pair in a key', String.raw`{"a":[{"\ud83d":1}]}`, '/metadata/a/0/\ud83d'],
])('%s is refused with its pointer', async (_, metadata, pointer) => {
  const created = await configs.call('POST /configs', { body: documentText(metadata) })
  expect(created.status).toBe(400)
  expect(created.body).toMatchObject({ errors: [{ at: pointer }] })
  const patched = await configs.call('PATCH /configs/datacenter-1', { body: `{"metadata":${metadata}}` })
  expect(patched.status).toBe(400)
  expect(patched.body).toMatchObject({ errors: [{ at: pointer }] })
})

test('a config says only so many times what is wrong with it', async () => {
  const metadata = `[${Array.from({ length: 50_000 }, () => String.raw`"\u0000"`).join(',')}]`
  const { status, body } = await configs.call('POST /configs', { body: documentText(`{"a":${metadata}}`) })
  expect(status).toBe(400)
  expect(JSON.stringify(body).length).toBeLessThan(20_000)
})

test(`a key of ${longestKey} characters is stored, one of more is refused where it is`, async () => {
  const body = documentText(`{"a":{"${'k'.repeat(longestKey)}":1}}`)
  expect((await configs.call('POST /configs', { body })).status).toBe(201)
  await configs.call('DELETE /configs/refused')
  const longer = documentText(`{"a":{"${'k'.repeat(longestKey + 1)}":1}}`)
  const answer = await configs.call('POST /configs', { body: longer })
  expect(answer.status).toBe(400)
  expect(answer.body).toMatchObject({ errors: [{ at: '/metadata/a', detail: 'A key is over 1000 characters long' }] })
})

test(`a number of ${longestNumber} characters is stored, one of more is refused`, async () => {
  expect((await configs.call('POST /configs', { body: withNumber(longestNumber) })).status).toBe(201)
  await configs.call('DELETE /configs/refused')
  const answer = await configs.call('POST /configs', { body: withNumber(longestNumber + 1) })
  expect(answer.status).toBe(400)
  const detail = 'The number is over 1000 characters long'
  expect(answer.body).toMatchObject({ errors: [{ at: '/metadata/a/1', detail }] })
})

test(`metadata of ${mostValues} values is stored, of more it is refused`, async () => {
  // The metadata and the list are values, too.
  const stored = documentText(`{"a":${list(mostValues - 2)}}`)
  expect((await configs.call('POST /configs', { body: stored })).status).toBe(201)
  await configs.call('DELETE /configs/refused')
  const answer = await configs.call('POST /configs', { body: documentText(`{"a":${list(mostValues - 1)}}`) })
  expect(answer.status).toBe(400)
  const at = `/metadata/a/${mostValues - 2}`
  expect(answer.body).toMatchObject({ errors: [{ at, detail: 'Over 100000 values' }] })
})

test(`metadata of ${mostLevels} levels is stored`, async () => {
  const body = `{"name":"deep","metadata":${nested(mostLevels)}}`
  expect((await configs.call('POST /configs', { body })).status).toBe(201)
  expect((await configs.call('GET /configs/deep')).body).toEqual(JSON.parse(body))
})

test('metadata of one level more is refused where it begins', async () => {
  const { status, body } = await configs.call('POST /configs', { body: documentText(nested(mostLevels + 1)) })
  expect(status).toBe(400)
  const pointer = `/metadata${'/a'.repeat(mostLevels + 1)}`
  expect(body).toMatchObject({ errors: [{ at: pointer, detail: 'Nested over 64 levels deep' }] })
})

test.each([1000, 3000, 5000, 7000, 10_000, 50_000, 150_000])(
  '%d levels are refused, not stumbled over',
  async (levels) => {
    const metadata = nested(levels)
    expect((await configs.call('POST /configs', { body: documentText(metadata) })).status).toBe(400)
    const lists = `${'['.repeat(levels)}${']'.repeat(levels)}`
    expect((await configs.call('POST /configs', { body: documentText(`{"a":${lists}}`) })).status).toBe(400)
    const patch = await configs.call('PATCH /configs/datacenter-1', { body: `{"metadata":${metadata}}` })
    expect(patch.status).toBe(400)
    expect((await configs.call('GET /configs/datacenter-1')).status).toBe(200)
  },
)

test.each([
  ['{"name":"x","metadata":{"a":01}}', 'line 1, column 30'],
  ['{"name":"x",\n"metadata":{"a":NaN}}', 'line 2, column 17'],
  ['{"name":"x"', 'the text ends too early, at line 1, column 12'],
])('%j is refused at its line and column', async (body, place) => {
  const answer = await configs.call('POST /configs', { body })
  expect(answer.status).toBe(400)
  expect(answer.body).toMatchObject({ detail: expect.stringContaining(place) })
})
