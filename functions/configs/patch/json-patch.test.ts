import { afterAll, beforeAll, expect, test } from 'vitest'

import type { Received } from '../../_runtime/testing/call.ts'
import { openConfigs, type OpenConfigs } from '../testing/open-configs.ts'

let configs: OpenConfigs

beforeAll(async () => {
  configs = await openConfigs()
})

afterAll(() => configs.close())

const headers = { 'content-type': 'application/json-patch+json' }
let stored = 0

/** Stores metadata and patches it, both as text, so that numbers are sent as they are written. */
async function patch(metadata: string, operations: string): Promise<Received> {
  stored += 1
  const name = `patched-${stored}`
  await configs.call('POST /configs', { body: `{"name":"${name}","metadata":${metadata}}` })
  return configs.call(`PATCH /configs/${name}`, { body: operations, headers })
}

function metadataIn({ bytes }: Received): string {
  return bytes
    .toString()
    .replace(/^\{"name":"[^"]*","metadata":/, '')
    .slice(0, -1)
}

// RFC 6902, appendix A, in its order, below /metadata; A.13 is a text that has a key twice, which JSON.parse decides.
test.each([
  ['A.1', '{"foo":"bar"}', '[{"op":"add","path":"/metadata/baz","value":"qux"}]', '{"foo":"bar","baz":"qux"}'],
  [
    'A.2',
    '{"foo":["bar","baz"]}',
    '[{"op":"add","path":"/metadata/foo/1","value":"qux"}]',
    '{"foo":["bar","qux","baz"]}',
  ],
  ['A.3', '{"baz":"qux","foo":"bar"}', '[{"op":"remove","path":"/metadata/baz"}]', '{"foo":"bar"}'],
  ['A.4', '{"foo":["bar","qux","baz"]}', '[{"op":"remove","path":"/metadata/foo/1"}]', '{"foo":["bar","baz"]}'],
  [
    'A.5',
    '{"baz":"qux","foo":"bar"}',
    '[{"op":"replace","path":"/metadata/baz","value":"boo"}]',
    '{"baz":"boo","foo":"bar"}',
  ],
  [
    'A.6',
    '{"foo":{"bar":"baz","waldo":"fred"},"qux":{"corge":"grault"}}',
    '[{"op":"move","from":"/metadata/foo/waldo","path":"/metadata/qux/thud"}]',
    '{"foo":{"bar":"baz"},"qux":{"corge":"grault","thud":"fred"}}',
  ],
  [
    'A.7',
    '{"foo":["all","grass","cows","eat"]}',
    '[{"op":"move","from":"/metadata/foo/1","path":"/metadata/foo/3"}]',
    '{"foo":["all","cows","eat","grass"]}',
  ],
  [
    'A.8',
    '{"baz":"qux","foo":["a",2,"c"]}',
    '[{"op":"test","path":"/metadata/baz","value":"qux"},{"op":"test","path":"/metadata/foo/1","value":2}]',
    '{"baz":"qux","foo":["a",2,"c"]}',
  ],
  [
    'A.10',
    '{"foo":"bar"}',
    '[{"op":"add","path":"/metadata/child","value":{"grandchild":{}}}]',
    '{"foo":"bar","child":{"grandchild":{}}}',
  ],
  [
    'A.11',
    '{"foo":"bar"}',
    '[{"op":"add","path":"/metadata/baz","value":"qux","xyz":123}]',
    '{"foo":"bar","baz":"qux"}',
  ],
  ['A.14', '{"/":9,"~1":10}', '[{"op":"test","path":"/metadata/~01","value":10}]', '{"/":9,"~1":10}'],
  [
    'A.16',
    '{"foo":["bar"]}',
    '[{"op":"add","path":"/metadata/foo/-","value":["abc","def"]}]',
    '{"foo":["bar",["abc","def"]]}',
  ],
])('RFC 6902, %s: %s patched with %s is %s', async (_, metadata, operations, result) => {
  const answer = await patch(metadata, operations)
  expect(answer.status).toBe(200)
  expect(metadataIn(answer)).toBe(result)
})

test.each([
  ['A.9', '{"baz":"qux"}', '[{"op":"test","path":"/metadata/baz","value":"bar"}]', '/0/value'],
  ['A.12', '{"foo":"bar"}', '[{"op":"add","path":"/metadata/baz/bat","value":"qux"}]', '/0/path'],
  ['A.15', '{"/":9,"~1":10}', '[{"op":"test","path":"/metadata/~01","value":"10"}]', '/0/value'],
  ['nothing to remove', '{}', '[{"op":"remove","path":"/metadata/a"}]', '/0/path'],
  ['nothing to replace', '{"a":[]}', '[{"op":"replace","path":"/metadata/a/0","value":1}]', '/0/path'],
  ['nothing to copy', '{}', '[{"op":"copy","from":"/metadata/a","path":"/metadata/b"}]', '/0/from'],
  ['no such place', '{"a":[1]}', '[{"op":"add","path":"/metadata/a/2","value":1}]', '/0/path'],
  ['an index with a zero', '{"a":[1,2]}', '[{"op":"remove","path":"/metadata/a/01"}]', '/0/path'],
  ['what is inherited', '{}', '[{"op":"remove","path":"/metadata/toString"}]', '/0/path'],
  ['the length of a list', '{"a":[1]}', '[{"op":"remove","path":"/metadata/a/length"}]', '/0/path'],
  ['a number kept as text', '{"a":1.0}', '[{"op":"remove","path":"/metadata/a/rawJSON"}]', '/0/path'],
])('%s: %s is 409 for %s, at %s, and stays as it is', async (_, metadata, operations, pointer) => {
  const answer = await patch(metadata, operations)
  expect(answer.status).toBe(409)
  expect(answer.body).toMatchObject({ title: 'Conflict', errors: [{ at: pointer }] })
  expect(metadataIn(await configs.call(`GET /configs/patched-${stored}`))).toBe(metadata)
})

test.each([
  ['numbers are moved and copied to the letter', 'copy', '{"a":[1.0,-0,1e400],"b":[1.0,-0,1e400]}'],
  ['what is moved is there once', 'move', '{"b":[1.0,-0,1e400]}'],
])('%s', async (_, op, result) => {
  const answer = await patch('{"a":[1.0,-0,1e400]}', `[{"op":"${op}","from":"/metadata/a","path":"/metadata/b"}]`)
  expect(metadataIn(answer)).toBe(result)
})

test('numbers are added and replaced to the letter', async () => {
  const operations =
    '[{"op":"add","path":"/metadata/b","value":[2.50,12345678901234567890]},{"op":"replace","path":"/metadata/a","value":-0.0}]'
  expect(metadataIn(await patch('{"a":1}', operations))).toBe('{"a":-0.0,"b":[2.50,12345678901234567890]}')
})

test.each([
  ['1.0', '1', true],
  ['100', '1E+2', true],
  ['1e400', '10e399', true],
  ['0.10', '1e-1', true],
  ['-0', '0', true],
  ['0e5', '0.000', true],
  ['-1.50', '-15e-1', true],
  ['12345678901234567890', '12345678901234567891', false],
  ['9007199254740993', '9007199254740992', false],
  ['1e400', '1e401', false],
  ['0.1', '0.10000000000000001', false],
  ['1', '-1', false],
  ['1', '"1"', false],
  ['1.0', 'true', false],
  ['{"x":1.0,"y":[2]}', '{"y":[2.0],"x":1}', true],
  ['{"x":1}', '{"x":1,"y":null}', false],
  ['[1,2]', '[2,1]', false],
  ['[]', '{}', false],
  ['null', 'false', false],
])('%s is tested against %s by value: %s', async (one, other, isEqual) => {
  for (const [here, sent] of [
    [one, other],
    [other, one],
  ]) {
    const answer = await patch(`{"a":${here}}`, `[{"op":"test","path":"/metadata/a","value":${sent}}]`)
    expect(answer.status).toBe(isEqual ? 200 : 409)
  }
})

test('keys that objects inherit are keys like any other', async () => {
  const operations =
    '[{"op":"add","path":"/metadata/__proto__","value":{"a":1}},{"op":"add","path":"/metadata/__proto__/b","value":2},' +
    '{"op":"copy","from":"/metadata/__proto__","path":"/metadata/constructor"}]'
  expect(metadataIn(await patch('{}', operations))).toBe('{"__proto__":{"a":1,"b":2},"constructor":{"a":1,"b":2}}')
  expect({}).not.toHaveProperty('a')
})

test('what was copied is not changed with what it was copied from', async () => {
  const operations =
    '[{"op":"copy","from":"/metadata/a","path":"/metadata/b"},{"op":"add","path":"/metadata/a/-","value":2}]'
  expect(metadataIn(await patch('{"a":[1]}', operations))).toBe('{"a":[1,2],"b":[1]}')
})

test('a patch that fails at its end has changed nothing', async () => {
  const operations = '[{"op":"add","path":"/metadata/b","value":1},{"op":"test","path":"/metadata/a","value":0}]'
  expect((await patch('{"a":1}', operations)).status).toBe(409)
  expect(metadataIn(await configs.call(`GET /configs/patched-${stored}`))).toBe('{"a":1}')
})

test.each([
  ['no list', '{}', ''],
  ['an unknown operation', '[{"op":"spam","path":"/metadata"}]', '/0/op'],
  ['no path', '[{"op":"remove"}]', '/0/path'],
  ['no value', '[{"op":"add","path":"/metadata/a"}]', '/0/value'],
  ['no from', '[{"op":"copy","path":"/metadata/a"}]', '/0/from'],
  ['a path that is no pointer', '[{"op":"remove","path":"metadata"}]', '/0/path'],
  ['a path with a wrong escape', '[{"op":"remove","path":"/metadata/~2"}]', '/0/path'],
  ['a move into itself', '[{"op":"move","from":"/metadata/a","path":"/metadata/a/b"}]', '/0/path'],
  ['a NUL in a value', String.raw`[{"op":"add","path":"/metadata/a","value":["\u0000"]}]`, '/0/value/0'],
  ['half of a surrogate pair', String.raw`[{"op":"add","path":"/metadata/a","value":"\ud83d"}]`, '/0/value'],
  ['a path that is too deep', `[{"op":"remove","path":"/metadata${'/a'.repeat(66)}"}]`, '/0/path'],
])('%s is 400', async (_, operations, pointer) => {
  const answer = await patch('{"a":{}}', operations)
  expect(answer.status).toBe(400)
  expect(answer.body).toMatchObject({ errors: expect.arrayContaining([expect.objectContaining({ at: pointer })]) })
})

test.each([
  ['takes the metadata away', '[{"op":"remove","path":"/metadata"}]', '/metadata'],
  ['takes everything away', '[{"op":"remove","path":""}]', ''],
  ['renames', '[{"op":"replace","path":"/name","value":"another"}]', '/name'],
  ['adds a key that no config has', '[{"op":"add","path":"/kind","value":"x"}]', '/kind'],
  ['makes a key with a NUL', String.raw`[{"op":"add","path":"/metadata/\u0000","value":1}]`, '/metadata/\0'],
])('a patch that %s is 400', async (_, operations, pointer) => {
  const answer = await patch('{}', operations)
  expect(answer.status).toBe(400)
  expect(answer.body).toMatchObject({ errors: [{ at: pointer }] })
})

test('a small patch does not make a large config', async () => {
  const doubling = Array.from({ length: 40 }, (_, index) => ({
    op: 'copy',
    from: '/metadata/a',
    path: `/metadata/a/${index}`,
  }))
  const doubled = await patch(`{"a":{"text":"${'x'.repeat(1000)}"}}`, JSON.stringify(doubling))
  expect(doubled.status).toBe(409)
  expect(doubled.body).toMatchObject({ errors: [{ detail: 'Too much is copied' }] })
  const growing = JSON.stringify([{ op: 'add', path: '/metadata/b', value: 'x'.repeat(600_000) }])
  const grown = await patch(`{"a":"${'x'.repeat(600_000)}"}`, growing)
  expect(grown.status).toBe(400)
  expect(grown.body).toMatchObject({ errors: [{ at: '/metadata', detail: 'Over the limit of 1048576 bytes' }] })
})

test('a patch of too many operations is 400', async () => {
  const operations = Array.from({ length: 1001 }, () => ({ op: 'test', path: '/name', value: 'x' }))
  expect((await patch('{}', JSON.stringify(operations))).status).toBe(400)
})
