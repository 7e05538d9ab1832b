import { join } from 'node:path'

import * as fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'

import { migratedDatabase, type TestDatabase } from '../../_runtime/testing/database.ts'
import { startHost, type TestHost } from '../../_runtime/testing/test-host.ts'
import { configs } from '../index.ts'

let database: TestDatabase
let host: TestHost

beforeAll(async () => {
  database = await migratedDatabase('configs', join(import.meta.dirname, '..', 'migrations'))
  host = await startHost(configs, { logLevel: 'silent', database: { url: database.url } })
})

afterAll(async () => {
  await host.stop()
  await database.drop()
})

/** Sends and receives text: what a client sees to the letter. */
async function send(method: string, path: string, body: string): Promise<{ status: number; text: string }> {
  const headers = { 'content-type': 'application/json' }
  const response = await fetch(`http://127.0.0.1:${host.port}${path}`, { method, headers, body })
  return { status: response.status, text: await response.text() }
}

async function read(path: string): Promise<string> {
  return (await fetch(`http://127.0.0.1:${host.port}${path}`)).text()
}

let stored = 0

/** Stores metadata under a name of its own, by POST and again by PUT, and reads it back. */
async function roundTrip(metadata: string): Promise<string[]> {
  stored += 1
  const path = `/configs/exact-${stored}`
  const document = `{"name":"exact-${stored}","metadata":${metadata}}`
  const created = await send('POST', '/configs', document)
  const answers = [created.text, await read(path), (await send('PUT', path, document)).text, await read(path)]
  return answers.map((text) => text.replace(/^\{"name":"exact-\d+","metadata":/, '').slice(0, -1))
}

test.each([
  ['numbers', '{"a":[1.0,-0,-0.0,1e400,-1E+400,12345678901234567890,1e-999,0.10,1E5,9007199254740993]}'],
  ['the order of keys', '{"zebra":1,"apple":{"y":1,"x":2},"mango":[{"b":1,"a":2}]}'],
  [
    'keys that objects inherit',
    '{"__proto__":{"a":1},"constructor":{"prototype":{}},"toString":1,"hasOwnProperty":false}',
  ],
  ['text beyond ASCII', '{"ключ":"значение","日本":"👩‍👩‍👧‍👦","combining é":"e\u0301","\u2028":"\ufeff\uffff"}'],
])('%s come back to the letter', async (_, metadata) => {
  expect(await roundTrip(metadata)).toEqual([metadata, metadata, metadata, metadata])
})

test('white space between values is not kept, that within texts is', async () => {
  const [text] = await roundTrip('{ "a" : [ 1 ,\t2 ],\r\n "b" : "  x \\n " }')
  expect(text).toBe('{"a":[1,2],"b":"  x \\n "}')
})

test('escapes come back as the characters that they stand for', async () => {
  const [text] = await roundTrip(String.raw`{"\u0061":"\u00fc\ud83d\udc4b\/"}`)
  expect(text).toBe('{"a":"ü👋/"}')
})

test('a key with an escape comes back as it was sent, whatever keys others have sent', async () => {
  await roundTrip('{"tab":[],"\\\\":0}')
  const metadata = '{"tab":1,"\\t":2}'
  expect(await roundTrip(metadata)).toEqual([metadata, metadata, metadata, metadata])
})

test('of a key that is sent twice the last value counts, at the place of the first', async () => {
  const [text] = await roundTrip('{"a":1,"b":2,"a":{"x":1.0},"b":3.0}')
  expect(text).toBe('{"a":{"x":1.0},"b":3.0}')
})

test('keys that are integers come first, in their order', async () => {
  const [text] = await roundTrip('{"b":1,"10":1.0,"2":2,"-1":3,"01":4}')
  expect(text).toBe('{"2":2,"10":1.0,"b":1,"-1":3,"01":4}')
})

test('a patch leaves to the letter what it does not name, and adds to the letter what it does', async () => {
  await send('POST', '/configs', '{"dcname":"patched","metadata":{"z":1.0,"a":1e400,"big":12345678901234567890}}')
  const { status, text } = await send('PATCH', '/configs/patched', '{"metadata":{"a":null,"n":{"x":-0,"y":2.50}}}')
  expect(status).toBe(200)
  expect(text).toBe('{"dcname":"patched","metadata":{"z":1.0,"big":12345678901234567890,"n":{"x":-0,"y":2.50}}}')
  expect(await read('/configs/patched')).toBe(text)
})

test('a list has the same text as each config in it', async () => {
  await send('POST', '/configs', '{"name":"a-first","metadata":{"n":1.0}}')
  expect(await read('/configs?limit=1')).toBe('[{"name":"a-first","metadata":{"n":1.0}}]')
})

const inherited = ['__proto__', 'constructor', 'prototype', 'toJSON', '']

/** Any JSON object that PostgreSQL can store: text without NUL, which has no half surrogates either. */
const jsonObject = fc.letrec<{ value: unknown; object: Record<string, unknown> }>((tie) => {
  const text = fc.string({ unit: 'binary' }).map((value) => value.replaceAll('\0', ''))
  const key = fc.oneof(text, fc.constantFrom(...inherited), fc.nat().map(String))
  const number = fc.oneof(fc.integer(), fc.maxSafeInteger(), fc.double({ noNaN: true, noDefaultInfinity: true }))
  return {
    value: fc.oneof(
      { maxDepth: 6, depthIdentifier: 'json' },
      fc.oneof(text, number, fc.boolean(), fc.constant(null)),
      fc.array(tie('value'), { depthIdentifier: 'json' }),
      tie('object'),
    ),
    object: fc
      .array(fc.tuple(key, tie('value')), { depthIdentifier: 'json' })
      .map((entries) => Object.fromEntries(entries)),
  }
}).object

test('any version is restored byte for byte', async () => {
  let restored = 0
  const property = fc.asyncProperty(jsonObject, jsonObject, async (first, second) => {
    restored += 1
    const path = `/configs/restored-${restored}`
    const document = (metadata: unknown): string =>
      `{"name":"restored-${restored}","metadata":${JSON.stringify(metadata)}}`
    const created = await send('POST', '/configs', document(first))
    const versions: unknown = JSON.parse(await read(`${path}/versions`))
    await (restored % 2 === 0
      ? send('PUT', path, document(second))
      : fetch(`http://127.0.0.1:${host.port}${path}`, { method: 'DELETE' }))
    const [{ version }] = versions as [{ version: number }]
    const answer = await send('POST', `${path}/versions/${version}/restore`, '')
    expect(answer.text).toBe(created.text)
    expect(await read(path)).toBe(created.text)
    expect(await read(`${path}/versions/${version}`)).toBe(created.text)
  })
  await fc.assert(property, { numRuns: 100 })
})

test('any JSON object comes back as JSON.stringify wrote it', async () => {
  const property = fc.asyncProperty(jsonObject, async (metadata) => {
    const written = JSON.stringify(metadata)
    expect(await roundTrip(written)).toEqual([written, written, written, written])
  })
  await fc.assert(property, { numRuns: 150 })
  expect(stored).toBeGreaterThanOrEqual(150)
})
