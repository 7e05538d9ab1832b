import postgres from 'postgres'
import { afterAll, beforeEach, beforeAll, expect, test } from 'vitest'

import { pageBytes } from '../store/store.ts'
import { openConfigs, type OpenConfigs } from '../testing/open-configs.ts'

let configs: OpenConfigs

beforeAll(async () => {
  configs = await openConfigs()
})

afterAll(() => configs.close())

const names = Array.from({ length: 25 }, (_, index) => `config-${String(index).padStart(2, '0')}`)

beforeEach(async () => {
  const all = (await walk('/configs?limit=1000')).flat()
  await Promise.all(all.map((name) => configs.call(`DELETE /configs/${name}`)))
  await Promise.all(names.map((name) => configs.put(name, { name })))
})

function namesIn(body: unknown): string[] {
  if (!Array.isArray(body)) throw new Error('This is no list.')
  return body.map((config: { readonly name?: string; readonly dcname?: string }) => config.name ?? config.dcname ?? '')
}

/** Follows the Link headers from a first page to the last. */
async function walk(first: `/${string}`, betweenPages: (sizeBytes: number) => unknown = () => {}): Promise<string[][]> {
  const pages: string[][] = []
  let next: string | undefined = first
  while (next !== undefined) {
    // Each page says where the next one is.
    const { status, headers, body } = await configs.call(`GET ${next as '/'}`)
    expect(status).toBe(200)
    pages.push(namesIn(body))
    next = /^<([^>]+)>; rel="next"$/.exec(headers['link'] ?? '')?.[1]
    await betweenPages(Buffer.byteLength(JSON.stringify(body)))
  }
  return pages
}

test('a list that fits a page has no next one', async () => {
  const { status, headers, body } = await configs.call('GET /configs')
  expect(status).toBe(200)
  expect(headers['link']).toBeUndefined()
  expect(namesIn(body)).toEqual(names)
})

test.each([1, 7, 24, 25, 26])('pages of %d have every config once, in the order of names', async (limit) => {
  const pages = await walk(`/configs?limit=${limit}`)
  expect(pages.flat()).toEqual(names)
  expect(pages.length).toBe(Math.ceil(names.length / limit))
})

test('configs that come and go during a walk make no other config appear twice or not at all', async () => {
  let round = 0
  const pages = await walk('/configs?limit=4', async () => {
    round += 1
    await configs.put(`config-00-inserted-before-${round}`, {})
    await configs.put(`zz-inserted-after-${round}`, {})
    if (round === 1) await configs.call('DELETE /configs/config-07')
  })
  const seen = pages.flat()
  expect(new Set(seen).size).toBe(seen.length)
  expect(seen.filter((name) => names.includes(name))).toEqual(names.filter((name) => name !== 'config-07'))
  expect(seen).toContain('zz-inserted-after-1')
})

test('names are sorted by their bytes, whatever the language of the server', async () => {
  await Promise.all(['B', 'a', 'A', 'b', '_x_'.replaceAll('_', '0'), 'a.b', 'a-b'].map((name) => configs.put(name, {})))
  const all = namesIn((await configs.call('GET /configs?limit=1000')).body)
  expect(all).toEqual([...all].toSorted((one, other) => (one < other ? -1 : 1)))
})

test.each([
  ['limit=0', 'limit'],
  ['limit=1001', 'limit'],
  ['limit=-1', 'limit'],
  ['limit=1.5', 'limit'],
  ['limit=ten', 'limit'],
  ['limit=', 'limit'],
  ['limit=1&limit=2', 'limit'],
  ['limit=1;drop table configs.configs', 'limit'],
  ['cursor=', 'cursor'],
  ['cursor=%00', 'cursor'],
  ['cursor=JyBvciAnMSc9JzE', 'cursor'],
  [`cursor=${'a'.repeat(500)}`, 'cursor'],
  ['offset=1', 'offset'],
])('?%s is refused, and said to be wrong at %s', async (query, name) => {
  const { status, body } = await configs.call(`GET /configs?${encodeURI(query)}`)
  expect(status).toBe(400)
  expect(body).toMatchObject({ errors: [{ at: name }] })
})

test('the largest page is 1000 configs', async () => {
  expect((await configs.call('GET /configs?limit=1000')).status).toBe(200)
})

test('pages of large configs end by size, and have every config once', async () => {
  const large = names.slice(0, 14)
  await Promise.all(large.map((name, index) => configs.put(name, { text: 'x'.repeat(500_000 + 40_000 * index) })))
  const sizes: number[] = []
  const pages = await walk('/configs?limit=1000', (size) => sizes.push(size))
  expect(pages.flat()).toEqual(names)
  expect(pages.length).toBeGreaterThan(2)
  for (const size of sizes) expect(size).toBeLessThan(pageBytes + 100_000)
  // None is left short: with the first config of the next page it would be over.
  for (const size of sizes.slice(0, -1)) expect(size).toBeGreaterThan(pageBytes - 1_100_000)
})

test('a config that is larger than a page is a page', async () => {
  const sql = postgres(configs.databaseUrl, { max: 1 })
  const metadata = { text: 'x'.repeat(pageBytes) }
  await sql`update configs.configs set metadata = ${JSON.stringify(metadata)}::text::json where name = 'config-03'`
  await sql.end()
  const pages = await walk('/configs')
  expect(pages).toEqual([names.slice(0, 3), ['config-03'], names.slice(4)])
})
