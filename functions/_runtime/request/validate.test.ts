import * as fc from 'fast-check'
import * as z from 'zod/mini'
import { expect, test } from 'vitest'

import { flawsAtNames, flawsAtPointers, jsonPointer, validate } from './validate.ts'

function flawsOf(schema: z.core.$ZodType, value: unknown): unknown {
  const result = validate(schema, value)
  return result.success ? [] : flawsAtPointers(result.flaws)
}

/** RFC 6901, section 4. */
function resolve(document: unknown, pointer: string): unknown {
  const keys = pointer
    .split('/')
    .slice(1)
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'))
  return keys.reduce<unknown>((at, key) => (at as Record<string, unknown>)[key], document)
}

const Person = z.strictObject({ name: z.string(), children: z.optional(z.array(z.strictObject({ age: z.number() }))) })

test('what fits is a value of its type', () => {
  expect(validate(Person, { name: 'Ada' })).toEqual({ success: true, value: { name: 'Ada' } })
})

test('every flaw is named, at its place', () => {
  expect(flawsOf(Person, { children: [{ age: 1 }, { age: 'two' }] })).toEqual([
    { at: '/name', detail: 'Invalid input: expected string, received undefined' },
    { at: '/children/1/age', detail: 'Invalid input: expected number, received string' },
  ])
  expect(flawsOf(Person, 7)).toEqual([{ at: '', detail: 'Invalid input: expected object, received number' }])
})

test('a key that is wrong is a flaw at that key, which says why', () => {
  const Words = z.record(z.string().check(z.regex(/^[a-z]+$/, 'Expected a word')), z.string())
  expect(flawsOf(Words, { one: '1', 'Two/3': '2' })).toEqual([{ at: '/Two~13', detail: 'Expected a word' }])
})

test('each key that is not known is a flaw at that key', () => {
  const person: unknown = JSON.parse('{"name":"Ada","a/b":1,"m~n":2,"__proto__":{"admin":true}}')
  expect(flawsOf(Person, person)).toEqual([
    { at: '/a~1b', detail: 'Unrecognized key' },
    { at: '/m~0n', detail: 'Unrecognized key' },
    { at: '/__proto__', detail: 'Unrecognized key' },
  ])
})

test('of several shapes that do not fit only the one that fits best is spoken of', () => {
  const Shape = z.union([
    z.strictObject({ side: z.number() }),
    z.strictObject({ width: z.number(), height: z.number() }),
  ])
  expect(flawsOf(z.array(Shape), [{ width: 1, height: '2' }])).toEqual([
    { at: '/0/height', detail: 'Invalid input: expected number, received string' },
  ])
})

test('a body of nothing but flaws is not answered with all of them', () => {
  const numbers = Array.from({ length: 5000 }, () => 'x')
  expect(flawsOf(z.array(z.number()), numbers)).toHaveLength(100)
  const keys = Object.fromEntries(numbers.map((_, index) => [`key${index}`, 1]))
  expect(flawsOf(z.strictObject({}), keys)).toHaveLength(100)
})

test('parameters are named, not pointed at', () => {
  const result = validate(z.strictObject({ limit: z.string() }), { limit: ['1', '2'] })
  expect(!result.success && flawsAtNames(result.flaws)).toEqual([
    { at: 'limit', detail: 'Invalid input: expected string, received array' },
  ])
})

test('a pointer leads where the path leads', () => {
  fc.assert(
    fc.property(
      fc.array(fc.string({ unit: fc.constantFrom('a', '/', '~', '0', '1', '') }), { minLength: 1 }),
      (path) => {
        const document = path.reduceRight<unknown>((inner, key) => ({ [key]: inner }), 'here')
        expect(resolve(document, jsonPointer(path))).toBe('here')
      },
    ),
  )
})
