import { afterAll, beforeAll, expect, test } from 'vitest'

import type { FunctionInstance } from '../../_runtime/function/instance.ts'
import { callerOf, instanceOf, type Call, type Received } from '../../_runtime/testing/call.ts'
import { configs as definition } from '../index.ts'
import { openConfigs, type OpenConfigs } from '../testing/open-configs.ts'

let configs: OpenConfigs
let other: FunctionInstance
/** Callers of two processes' functions on one database. */
let calls: readonly [Call, Call]

beforeAll(async () => {
  configs = await openConfigs()
  other = instanceOf(definition, { database: { url: configs.databaseUrl } })
  calls = [configs.call, callerOf(other)]
})

afterAll(async () => {
  await other.close()
  await configs.close()
})

/** Lets clients of both processes do the same at once. */
function atOnce(clients: number, work: (call: Call, client: number) => Promise<Received>): Promise<Received[]> {
  return Promise.all(Array.from({ length: clients }, (_, client) => work(calls[client % 2 === 0 ? 0 : 1], client)))
}

function count(answers: readonly Received[], status: number): number {
  return answers.filter((answer) => answer.status === status).length
}

function versionOf({ headers }: Received): number {
  return Number(headers['etag']?.slice(1, -1))
}

test('of 50 who replace the same version at once, one does', async () => {
  await configs.put('contested', { round: 0 })
  for (let round = 1; round <= 5; round += 1) {
    const { headers: read } = await configs.call('GET /configs/contested')
    const headers = { 'if-match': read['etag'] ?? '' }
    const answers = await atOnce(50, (call, client) => {
      return call('PUT /configs/contested', { body: { name: 'contested', metadata: { round, client } }, headers })
    })
    expect(count(answers, 200)).toBe(1)
    expect(count(answers, 412)).toBe(49)
    const winner = answers.find(({ status }) => status === 200)
    const after = await configs.call('GET /configs/contested')
    expect(after.body).toEqual(winner?.body)
    expect(after.headers['etag']).toBe(winner?.headers['etag'])
  }
})

test('of 50 who create what must not be there at once, one does', async () => {
  const answers = await atOnce(50, (call, client) => {
    const body = { name: 'created-once', metadata: { client } }
    return call('PUT /configs/created-once', { body, headers: { 'if-none-match': '*' } })
  })
  expect(count(answers, 201)).toBe(1)
  expect(count(answers, 412)).toBe(49)
})

test('of 50 who create or replace at once, one creates and the others replace', async () => {
  const answers = await atOnce(50, (call, client) => {
    return call('PUT /configs/either?create=true', { body: { name: 'either', metadata: { client } } })
  })
  expect(count(answers, 201)).toBe(1)
  expect(count(answers, 200)).toBe(49)
  expect(new Set(answers.map(versionOf)).size).toBe(50)
  const { body } = await configs.call('GET /configs/either/versions')
  expect(body).toHaveLength(50)
})

test('of 20 who remove the same version at once, one does', async () => {
  await configs.put('removed-once', {})
  const { headers: read } = await configs.call('GET /configs/removed-once')
  const answers = await atOnce(20, (call) => {
    return call('DELETE /configs/removed-once', { headers: { 'if-match': read['etag'] ?? '' } })
  })
  expect(count(answers, 204)).toBe(1)
  expect(count(answers, 404)).toBe(19)
})

test('what 20 clients append without If-Match is all there', async () => {
  await configs.put('appended', { list: [] })
  const answers = await atOnce(20, async (call, client) => {
    let answer: Received | undefined
    for (let item = 0; item < 5; item += 1) {
      const body = [{ op: 'add', path: '/metadata/list/-', value: `${client}-${item}` }]
      answer = await call('PATCH /configs/appended', {
        body,
        headers: { 'content-type': 'application/json-patch+json' },
      })
      expect(answer.status).toBe(200)
    }
    return answer ?? (await call('GET /configs/appended'))
  })
  expect(count(answers, 200)).toBe(20)
  const { body } = await configs.call('GET /configs/appended')
  const { list } = (body as { metadata: { list: string[] } }).metadata
  const all = Array.from({ length: 20 }, (_, client) => Array.from({ length: 5 }, (__, item) => `${client}-${item}`))
  expect(list.toSorted()).toEqual(all.flat().toSorted())
})

test('20 clients who count up by what they have read lose no count', async () => {
  await configs.put('counted', { n: 0 })
  await atOnce(20, async (call) => {
    for (;;) {
      const { body: read } = await call('GET /configs/counted')
      const { n } = (read as { metadata: { n: number } }).metadata
      const body = [
        { op: 'test', path: '/metadata/n', value: n },
        { op: 'replace', path: '/metadata/n', value: n + 1 },
      ]
      const headers = { 'content-type': 'application/json-patch+json' }
      const answer = await call('PATCH /configs/counted', { body, headers })
      expect([200, 409]).toContain(answer.status)
      if (answer.status === 200) return answer
    }
  })
  expect((await configs.call('GET /configs/counted')).body).toEqual({ name: 'counted', metadata: { n: 20 } })
})

test('versions of a name only grow while it is created, changed and removed at once', async () => {
  const written: [etag: string, text: string][] = []
  await atOnce(120, async (call, client) => {
    const body = { name: 'churned', metadata: { client } }
    const answer = await [
      () => call('POST /configs', { body }),
      () => call('PUT /configs/churned?create=true', { body }),
      () => call('PATCH /configs/churned', { body: { metadata: { client } } }),
      () => call('DELETE /configs/churned'),
    ][client % 4]?.()
    if (!answer) throw new Error('No request was made.')
    expect([200, 201, 204, 404, 409]).toContain(answer.status)
    const etag = answer.headers['etag']
    if (etag !== undefined) written.push([etag, answer.bytes.toString()])
    return answer
  })
  const { body } = await configs.call('GET /configs/churned/versions?limit=1000')
  const changes = body as { version: number; changedAt: string; removed: boolean }[]
  // The newest first, each at its time, and every removal after something that could be removed.
  expect(changes.map(({ version }) => version)).toEqual(changes.map(({ version }) => version).toSorted((a, b) => b - a))
  const times = changes.map(({ changedAt }) => changedAt)
  expect(times).toEqual(times.toSorted().toReversed())
  expect(changes.filter(({ removed }, index) => removed && changes[index + 1]?.removed !== false)).toEqual([])
  const texts = new Map(written)
  expect(texts.size).toBe(written.length)
  const kept = changes.filter(({ removed }) => !removed)
  expect(kept.map(({ version }) => `"${version}"`).toSorted()).toEqual([...texts.keys()].toSorted())
  for (const { version } of kept) {
    const { bytes } = await configs.call(`GET /configs/churned/versions/${version}`)
    expect(bytes.toString()).toBe(texts.get(`"${version}"`))
  }
})
