import { jwtVerify } from 'jose'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'

import { Issuer } from '../testing/issuer.ts'
import { KeySet, KeysUnavailable, type Rests } from './key-set.ts'

let issuer: Issuer
let first: string
let second: string
let asked: number
let isDown: boolean
const failures: string[] = []

beforeAll(async () => {
  issuer = await Issuer.start('ES256')
  first = await issuer.sign('ES256')
})

afterAll(() => issuer.stop())

beforeEach(async () => {
  asked = 0
  isDown = false
  failures.length = 0
  await issuer.addKey('second', 'ES256')
  second = await issuer.sign('second')
  issuer.removeKey('second')
})

const never = 1_000_000

async function source(): Promise<string> {
  asked += 1
  if (isDown) throw new Error('no answer')
  return issuer.jwks
}

function keySet(rests: Partial<Rests>): (token: string) => Promise<unknown> {
  const keys = new KeySet(source, (reason) => failures.push(reason), {
    maxAgeMs: never,
    rotationMs: never,
    retryMs: never,
    ...rests,
  })
  return async (token) => (await jwtVerify(token, keys.find)).payload.sub
}

const noSuchKey = { code: 'ERR_JWKS_NO_MATCHING_KEY' }

test('those who come at once wait for the same answer', async () => {
  const verify = keySet({})
  expect(await Promise.all([first, first, first].map(verify))).toEqual(['ann', 'ann', 'ann'])
  expect(asked).toBe(1)
})

test('a key that is new is found, and the source is not asked for each token that names none', async () => {
  const verify = keySet({ rotationMs: 0 })
  await verify(first)
  await issuer.addKey('third', 'ES256')
  expect(await verify(await issuer.sign('third'))).toBe('ann')
  expect(asked).toBe(2)
  issuer.removeKey('third')
  const rested = keySet({})
  await rested(first)
  asked = 0
  for (const token of [second, second, second]) await expect(rested(token)).rejects.toMatchObject(noSuchKey)
  expect(asked).toBe(0)
})

test('while the source is down, keys that are known go on serving, also when they are old', async () => {
  const verify = keySet({ maxAgeMs: -1, rotationMs: 0 })
  await verify(first)
  isDown = true
  for (const token of [first, first, first]) expect(await verify(token)).toBe('ann')
  expect(asked).toBeGreaterThan(1)
  expect(failures).toContain('no answer')
})

test('while the source is down, nobody can say that a key is not there', async () => {
  const verify = keySet({ rotationMs: 0 })
  await verify(first)
  isDown = true
  await expect(verify(second)).rejects.toBeInstanceOf(KeysUnavailable)
  isDown = false
  await expect(verify(second)).rejects.toMatchObject(noSuchKey)
})

test('a source that is down is left alone for a while, and what it said last is said again', async () => {
  const verify = keySet({})
  isDown = true
  for (const token of [first, first]) await expect(verify(token)).rejects.toThrow('no answer')
  expect(asked).toBe(1)
  expect(failures).toEqual(['no answer'])
})

test.for(['', 'not JSON', '[]', '{}', '{"keys":1}', 'null', '{"keys":[1]}'])('%j is no set of keys', async (text) => {
  const keys = new KeySet(
    async () => text,
    (reason) => failures.push(reason),
  )
  await expect(jwtVerify(first, keys.find)).rejects.toBeInstanceOf(KeysUnavailable)
  expect(failures).toHaveLength(1)
})
