import postgres from 'postgres'
import { afterAll, beforeAll, expect, test } from 'vitest'

import { pageBytes } from '../store/store.ts'
import { openConfigs, type OpenConfigs } from '../testing/open-configs.ts'

let configs: OpenConfigs

beforeAll(async () => {
  configs = await openConfigs()
  await Promise.all(Object.entries(documents).map(([name, metadata]) => configs.put(name, metadata)))
  // Numbers that are more than a number of JavaScript holds, and than one of PostgreSQL does.
  const body = '{"name":"sizes","metadata":{"large":12345678901234567890.45,"huge":1e999999999}}'
  await configs.call('POST /configs', { body })
})

afterAll(() => configs.close())

const documents = {
  bool: { monitoring: { enabled: true }, zone: 'a' },
  text: { monitoring: { enabled: 'true' }, zone: 'b' },
  off: { monitoring: { enabled: false }, zone: 'a', none: null },
  number: { port: 300, ratio: 1.5, deep: { er: { still: { here: 'ü 日本 👋' } } } },
  digits: { port: '300', ratio: '1.50' },
  list: { tags: ['red', { color: 'green' }, [['blue', 7]]], empty: [], nothing: {} },
  keys: { 'a.b': { 'c~[d]': 'odd' }, '': { '': 'empty' }, '"q"\\\n\u0001\u2028': 'escaped', value: 'a=b&c +' },
}

/** The names of what a query finds, datacenters of the first migration aside. */
async function found(query: string): Promise<readonly string[]> {
  const { status, body } = await configs.call(`GET /search?${query}`)
  expect(status).toBe(200)
  return namesIn(body).filter((name) => !name.startsWith('datacenter'))
}

function namesIn(body: unknown): string[] {
  if (!Array.isArray(body)) throw new Error('This is no list.')
  return body.map((config: { readonly name?: string; readonly dcname?: string }) => config.name ?? config.dcname ?? '')
}

const escaped = encodeURIComponent('metadata."q"\\\n\u0001\u2028')

test.each([
  ['metadata.monitoring.enabled=true', ['bool', 'text']],
  ['metadata.monitoring.enabled=false', ['off']],
  ['metadata.monitoring.enabled=TRUE', []],
  ['metadata.port=300', ['digits', 'number']],
  ['metadata.ratio=1.5', ['number']],
  ['metadata.ratio=1.50', ['digits']],
  ['metadata.none=null', ['off']],
  [`metadata.deep.er.still.here=${encodeURIComponent('ü 日本 👋')}`, ['number']],
  ['metadata.deep.er.still=here', []],
  ['metadata.monitoring.enabled=true&metadata.zone=a', ['bool']],
  ['metadata.monitoring.enabled=true&metadata.zone=c', []],
  ['metadata.zone[eq]=a', ['bool', 'off']],
  ['metadata.zone[ne]=a&metadata.zone[exists]=true', ['text']],
  ['metadata.zone[ne]=a', ['digits', 'keys', 'list', 'number', 'sizes', 'text']],
  ['metadata.monitoring[exists]=true', ['bool', 'off', 'text']],
  ['metadata.monitoring.enabled[exists]=true&metadata.none[exists]=false', ['bool', 'text']],
  ['metadata.monitoring[exists]=false&metadata.port[exists]=false', ['keys', 'list', 'sizes']],
  ['metadata.tags=red', ['list']],
  ['metadata.tags=red&metadata.tags=blue&metadata.tags=7', ['list']],
  ['metadata.tags=red&metadata.tags=black', []],
  ['metadata.tags.color=green', ['list']],
  ['metadata.tags.0=red', []],
  ['metadata.empty[exists]=true&metadata.nothing[exists]=true', ['list']],
  ['metadata.a~1b.c~0~2d]=odd', ['keys']],
  ['metadata.a.b[exists]=true', []],
  ['metadata..=empty', ['keys']],
  [`${escaped}=escaped`, ['keys']],
  ['metadata.value=a%3Db%26c%20%2B', ['keys']],
  ["metadata.zone=a'%20or%20'1'='1", []],
  ['metadata.port[gte]=300', ['digits', 'number']],
  ['metadata.port[gt]=300', []],
  ['metadata.port[lt]=1e3', ['digits', 'number']],
  ['metadata.ratio[gte]=1.500&metadata.ratio[lte]=1.5', ['digits', 'number']],
  ['metadata.large[gt]=12345678901234567890.4', ['sizes']],
  ['metadata.large[gt]=12345678901234567890.5', []],
  ['metadata.huge[lt]=9', ['sizes']],
  ['metadata.huge[gt]=1e999', ['sizes']],
  ['metadata.large[gt]=1e999999999', []],
  ['metadata.zone[gt]=a', ['text']],
  ['metadata.zone[lte]=b', ['bool', 'off', 'text']],
  ['metadata.zone[prefix]=', ['bool', 'off', 'text']],
  ['metadata.tags[prefix]=bl', ['list']],
  ['metadata.tags[prefix]=%25', []],
  ['metadata.tags[gt]=6', ['list']],
  ['metadata.tags.color[prefix]=gr&metadata.tags=red', ['list']],
  ['metadata.nothing[gte]=', []],
  ['prefix=b', ['bool']],
  ['prefix=t&metadata.monitoring.enabled=true', ['text']],
] as const)('?%s finds %j', async (query, names) => {
  expect(await found(query)).toEqual(names)
})

test('what is found is what is stored now', async () => {
  await configs.put('moving', { state: 'first', same: 1 })
  expect(await found('metadata.state=first')).toEqual(['moving'])
  await configs.call('PATCH /configs/moving', { body: { metadata: { state: 'second' } } })
  expect(await found('metadata.state=first')).toEqual([])
  expect(await found('metadata.state=second&metadata.same=1')).toEqual(['moving'])
  await configs.call('PUT /configs/moving', { body: { name: 'moving', metadata: { other: [] } } })
  expect(await found('metadata.state[exists]=true')).toEqual([])
  await configs.call('DELETE /configs/moving')
  expect(await found('metadata.other[exists]=true')).toEqual([])
})

test('a config that was changed in SQL is found by what it is then', async () => {
  const sql = postgres(configs.databaseUrl, { max: 1 })
  await configs.put('by-hand', { was: 1 })
  await sql`update configs.configs set name = 'by-hand-2', metadata = '{"is":1}' where name = 'by-hand'`
  const [left] = await sql`select count(*)::int as count from configs.terms where name = 'by-hand'`
  await sql`delete from configs.configs where name = 'by-hand-2' returning name`
  const [after] = await sql`select count(*)::int as count from configs.terms where name = 'by-hand-2'`
  await sql.end()
  expect([left, after]).toEqual([{ count: 0 }, { count: 0 }])
})

test('a search is walked page by page, its conditions and fields kept', async () => {
  const names = Array.from({ length: 23 }, (_, index) => `page-${String(index).padStart(2, '0')}`)
  await Promise.all(names.map((name, index) => configs.put(name, { paged: 'a b&=', index, list: [1.0, 2] })))
  const seen: unknown[] = []
  let next: string | undefined = '/search?metadata.paged=a%20b%26%3D&limit=5&fields=name,metadata.index&prefix=page'
  let pages = 0
  while (next !== undefined) {
    const { body, headers } = await configs.call(`GET ${next as '/'}`)
    seen.push(...(body as unknown[]))
    pages += 1
    next = /^<([^>]+)>; rel="next"$/.exec(headers['link'] ?? '')?.[1]
  }
  expect(pages).toBe(5)
  expect(seen).toEqual(names.map((name, index) => ({ name, metadata: { index } })))
})

test('a page of a search ends before it has more than a page of a list may have', async () => {
  const names = Array.from({ length: 9 }, (_, index) => `large-${index}`)
  await Promise.all(names.map((name) => configs.put(name, { large: 'yes', text: 'x'.repeat(900_000) })))
  const { bytes, body, headers } = await configs.call('GET /search?metadata.large=yes')
  expect(namesIn(body)).toEqual(names.slice(0, 4))
  expect(bytes.length).toBeLessThan(pageBytes)
  expect(headers['link']).toContain('rel="next"')
})

test.each([
  ['zone=a', 'zone'],
  ['name=a', 'name'],
  ['metadata=a', 'metadata'],
  ['metadata.zone[like]=a', 'metadata.zone[like]'],
  ['metadata.zone[]=a', 'metadata.zone[]'],
  ['metadata.zone[eq=a', 'metadata.zone[eq'],
  ['metadata.zone[eq][ne]=a', 'metadata.zone[eq][ne]'],
  ['metadata.zone[exists]=yes', 'metadata.zone[exists]'],
  ['metadata.a~3=a', 'metadata.a~3'],
  [`metadata${'.a'.repeat(65)}=a`, `metadata${'.a'.repeat(65)}`],
  [`metadata.${'a'.repeat(1001)}=a`, `metadata.${'a'.repeat(1001)}`],
  [`metadata.a=${'a'.repeat(10_001)}`, 'metadata.a'],
  ['metadata.a=%00', 'metadata.a'],
  ['limit=0', 'limit'],
  ['cursor=%00', 'cursor'],
  ['prefix=%25', 'prefix'],
  ['fields=metadata..a~', 'fields'],
])('?%s is refused, and said to be wrong at the parameter', async (query, at) => {
  const { status, body } = await configs.call(`GET /search?${query}`)
  expect(status).toBe(400)
  expect(body).toMatchObject({ errors: [{ at }] })
})

test('over 16 conditions are refused', async () => {
  const conditions = Array.from({ length: 17 }, (_, index) => `metadata.a=${index}`)
  expect((await configs.call(`GET /search?${conditions.slice(1).join('&')}`)).status).toBe(200)
  const { status, body } = await configs.call(`GET /search?${conditions.join('&')}`)
  expect(status).toBe(400)
  expect(body).toMatchObject({ detail: 'Over 16 conditions; this search has 17.' })
})
