import { expect, test } from 'vitest'

import { conditionsOf } from '../../search/condition.ts'
import { mostConditions } from '../../search/query-limits.ts'
import { parsePath } from '../../search/search-path.ts'
import { pathsIn } from '../known-paths.ts'
import { addressOf, operators, writtenOf, type Operator } from '../query.ts'

const all = Object.keys(operators) as Operator[]

function written(path: string): string {
  return writtenOf({ prefix: '', conditions: [{ path, operator: 'is', value: '1' }] })
}

test('without conditions it is a list', () => {
  expect(addressOf({ prefix: '', conditions: [] })).toBe('configs?limit=200&fields=name')
  expect(addressOf({ prefix: 'edge-', conditions: [] })).toBe('configs?prefix=edge-&limit=200&fields=name')
  expect(writtenOf({ prefix: 'edge-', conditions: [] })).toBe('/configs?prefix=edge-')
  expect(writtenOf({ prefix: '', conditions: [] })).toBe('/configs')
})

test('a path is below metadata, whether that is written or not', () => {
  expect(written('limits.cpu')).toBe('/search?metadata.limits.cpu=1')
  expect(written('metadata.limits.cpu')).toBe('/search?metadata.limits.cpu=1')
  expect(written('metadatas')).toBe('/search?metadata.metadatas=1')
})

test.each(all)('the function can read "%s"', (operator) => {
  const query = { prefix: '', conditions: [{ path: 'zone', operator, value: 'b & c' }] }
  for (const address of [addressOf(query), writtenOf(query)]) {
    const parameters = Object.fromEntries(new URL(address, 'http://localhost').searchParams)
    const { limit: _, fields: _fields, ...conditions } = parameters
    expect(conditionsOf(conditions, mostConditions)).toHaveLength(1)
  }
})

test('all conditions are asked for, also two of one path', () => {
  const conditions = [
    { path: 'size', operator: '>', value: '1' },
    { path: 'size', operator: '<', value: '9' },
    { path: 'tags', operator: 'does not exist', value: 'left over' },
  ] as const
  expect(writtenOf({ prefix: '', conditions })).toBe(
    '/search?metadata.size[gt]=1&metadata.size[lt]=9&metadata.tags[exists]=false',
  )
})

test('paths are suggested as a search has them', () => {
  const metadata = { 'a.b': { '[c]~': 1 }, list: [{ d: [[{ e: null }]] }, 'text'], empty: {} }
  expect(pathsIn(metadata)).toEqual([
    'metadata.a~1b',
    'metadata.a~1b.~2c]~0',
    'metadata.list',
    'metadata.list.d',
    'metadata.list.d.e',
    'metadata.empty',
  ])
  for (const path of pathsIn(metadata)) expect(parsePath(path)).not.toHaveProperty('flaw')
})

test('no more paths are suggested than anybody looks through', () => {
  const metadata = Object.fromEntries(Array.from({ length: 2000 }, (_, index) => [`key-${index}`, index]))
  expect(pathsIn(metadata)).toHaveLength(500)
})
