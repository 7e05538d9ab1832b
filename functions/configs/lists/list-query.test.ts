import { afterAll, beforeAll, expect, test } from 'vitest'

import { openConfigs, type OpenConfigs } from '../testing/open-configs.ts'

let configs: OpenConfigs

beforeAll(async () => {
  configs = await openConfigs()
  const body =
    '{"name":"exact","metadata":{"one":1.0,"big":12345678901234567890,"in":{"a":1e400,"b":2},"list":[{"a":1,"b":2},3,{"a":-0}]}}'
  await configs.call('POST /configs', { body })
  await Promise.all(['eu', 'eu-1', 'eu-2', 'eu_3', 'eu.4', 'euro', 'ev'].map((name) => configs.put(name, {})))
})

afterAll(() => configs.close())

test.each([
  ['eu', ['eu', 'eu-1', 'eu-2', 'eu.4', 'eu_3', 'euro']],
  ['eu-', ['eu-1', 'eu-2']],
  ['ev', ['ev']],
  ['EU', []],
])('prefix=%s lists the configs whose names begin so', async (prefix, names) => {
  const { body } = await configs.call(`GET /configs?prefix=${prefix}&fields=name`)
  expect(body).toEqual(names.map((name) => ({ name })))
})

test('the next page of a prefix is of the same prefix', async () => {
  const first = await configs.call('GET /configs?prefix=eu&limit=4&fields=name')
  const next = /^<([^>]+)>; rel="next"$/.exec(first.headers['link'] ?? '')?.[1]
  const { body, headers } = await configs.call(`GET ${next as '/'}`)
  expect(body).toEqual([{ name: 'eu_3' }, { name: 'euro' }])
  expect(headers['link']).toBeUndefined()
})

test.each([
  ['name', '{"name":"exact"}'],
  ['metadata.one,metadata.big', '{"metadata":{"one":1.0,"big":12345678901234567890}}'],
  ['name,metadata.in.a', '{"name":"exact","metadata":{"in":{"a":1e400}}}'],
  ['metadata.in.a,metadata.in', '{"metadata":{"in":{"a":1e400,"b":2}}}'],
  ['metadata.in,metadata.in.a', '{"metadata":{"in":{"a":1e400,"b":2}}}'],
  ['metadata.list.a', '{"metadata":{"list":[{"a":1},{"a":-0}]}}'],
  ['metadata.one.more,metadata.no', '{}'],
])('fields=%s answers %s', async (fields, text) => {
  const { bytes } = await configs.call(`GET /configs?prefix=exact&fields=${fields}`)
  expect(bytes.toString()).toBe(`[${text}]`)
})

test('the name is a field, whatever the document calls it', async () => {
  const { body } = await configs.call('GET /configs?prefix=datacenter-1&fields=name,metadata.monitoring')
  expect(body).toEqual([{ dcname: 'datacenter-1', metadata: { monitoring: { enabled: true } } }])
})

test.each([
  ['prefix=', 'prefix'],
  ['prefix=a%20b', 'prefix'],
  [`prefix=${'a'.repeat(254)}`, 'prefix'],
  ['prefix=a&prefix=b', 'prefix'],
  ['fields=', 'fields'],
  ['fields=name,,metadata', 'fields'],
  ['fields=version', 'fields'],
  [`fields=${'name,'.repeat(50)}name`, 'fields'],
])('?%s is refused, and said to be wrong at %s', async (query, at) => {
  const { status, body } = await configs.call(`GET /configs?${query}`)
  expect(status).toBe(400)
  expect(body).toMatchObject({ errors: [{ at }] })
})
