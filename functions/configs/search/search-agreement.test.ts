import * as fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'

import { openConfigs, type OpenConfigs } from '../testing/open-configs.ts'

let configs: OpenConfigs

beforeAll(async () => {
  configs = await openConfigs()
  await configs.call('DELETE /configs/datacenter-1')
  await configs.call('DELETE /configs/datacenter-2')
})

afterAll(() => configs.close())

// Few keys and values, so that documents and conditions meet; those that are odd among them. Not a key that is one
// backslash: beside it, JSON.parse of Node.js 24 can take a key that is one quotation mark for it.
const key = fc.constantFrom('a', 'b', 'c.d', '~', '[', '', '"', 'x\\y', '\n\u0001', 'é👋', '0')
const scalar = fc.oneof(
  fc.constantFrom<unknown>(true, false, null, 0, 1, 300, 1.5, 1e21, 1e-7),
  fc.constantFrom<unknown>('true', 'null', '300', '', '"', '\\', 'a=b', '["a"]=1', '\u0001\u2028', 'é👋', '%_'),
)
const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'medium' },
    scalar,
    fc.dictionary(key, tie('value'), { maxKeys: 3 }),
    fc.array(tie('value'), { maxLength: 3 }),
  ),
}))
const document = fc.dictionary(key, value, { minKeys: 1, maxKeys: 4 })
const condition = fc.record({
  path: fc.array(key, { minLength: 1, maxLength: 3 }),
  operator: fc.constantFrom('', '[eq]', '[ne]', '[exists]', '[gt]', '[gte]', '[lt]', '[lte]', '[prefix]'),
  text: scalar.map(String),
  isThere: fc.boolean(),
})
type Condition = typeof condition extends fc.Arbitrary<infer Value> ? Value : never

/** The values at a path; those of lists along it, and of a list at its end, are their elements. */
function valuesAt(from: unknown, [next, ...rest]: readonly string[]): unknown[] {
  if (Array.isArray(from))
    return from.flatMap((element) => valuesAt(element, next === undefined ? [] : [next, ...rest]))
  if (next === undefined) return [from]
  if (typeof from !== 'object' || from === null || !Object.hasOwn(from, next)) return []
  const inner = (from as Record<string, unknown>)[next]
  return rest.length === 0 && Array.isArray(inner) ? [inner, ...valuesAt(inner, [])] : valuesAt(inner, rest)
}

function isMet(from: unknown, { path, operator, text, isThere }: Condition): boolean {
  const values = valuesAt(from, path)
  if (operator === '[exists]') return values.length > 0 === isThere
  const texts = values.filter((each) => typeof each !== 'object' || each === null).map(String)
  switch (operator) {
    case '[ne]':
      return !texts.includes(text)
    case '[prefix]':
      return texts.some((each) => each.startsWith(text))
    case '[gt]':
      return texts.some((each) => order(each, text) > 0)
    case '[gte]':
      return texts.some((each) => order(each, text) >= 0)
    case '[lt]':
      return texts.some((each) => order(each, text) < 0)
    case '[lte]':
      return texts.some((each) => order(each, text) <= 0)
    default:
      return texts.includes(text)
  }
}

function order(one: string, other: string): number {
  const number = /^-?\d[\d.e+-]*$/
  if (number.test(one) && number.test(other)) return Number(one) - Number(other)
  return Buffer.compare(Buffer.from(one), Buffer.from(other))
}

function parameter({ path, operator, text, isThere }: Condition): string {
  const keys = path.map((each) => each.replaceAll('~', '~0').replaceAll('.', '~1').replaceAll('[', '~2'))
  const name = `metadata.${keys.join('.')}${operator}`
  return `${encodeURIComponent(name)}=${encodeURIComponent(operator === '[exists]' ? String(isThere) : text)}`
}

test('a search finds what a filter of all documents finds, also after they were replaced', async () => {
  const round = fc.record({
    documents: fc.array(document, { minLength: 8, maxLength: 8 }),
    searches: fc.array(fc.array(condition, { maxLength: 3 }), { minLength: 10, maxLength: 10 }),
  })
  await fc.assert(
    fc.asyncProperty(round, async ({ documents, searches }) => {
      // The names are those of the round before: most documents replace another.
      await Promise.all(documents.map((metadata, index) => configs.put(`config-${index}`, metadata)))
      for (const conditions of searches) {
        // In turn, so that what fails is what was asked last.
        const { status, body } = await configs.call(`GET /search?fields=name&${conditions.map(parameter).join('&')}`)
        expect(status).toBe(200)
        const expected = documents.flatMap((metadata, index) => {
          return conditions.every((each) => isMet(metadata, each)) ? [{ name: `config-${index}` }] : []
        })
        expect(body).toEqual(expected)
      }
    }),
    { numRuns: 40 },
  )
}, 60_000)
