import { afterEach, beforeEach, expect, test } from 'vitest'

import { RawConnection, requestBytes, type RawRequest } from '../testing/raw-connection.ts'
import { makeSample, type Sample } from '../testing/sample.ts'
import { startHost, type TestHost } from '../testing/test-host.ts'

let sample: Sample
let host: TestHost
let client: RawConnection

beforeEach(async () => {
  sample = makeSample()
  host = await startHost(sample.function)
  client = await RawConnection.open(host.port)
})

afterEach(async () => {
  client.destroy()
  await host.stop()
})

function pipelined(...requests: RawRequest[]): Buffer {
  return Buffer.concat(requests.map(requestBytes))
}

const post = (word: string): RawRequest => {
  return {
    method: 'POST',
    target: '/words',
    headers: ['content-type: application/json'],
    body: JSON.stringify({ word }),
  }
}

test('pipelined requests are answered in the order in which they were sent', async () => {
  await client.send(
    pipelined({ target: '/wait' }, post('two'), { target: '/nothing' }, post('four'), { target: '/healthz' }),
  )
  await sample.gate.holds(1)
  await host.log.untilRequests(4)
  sample.gate.open()
  expect(await client.answer()).toMatchObject({ status: 200, body: '{"greeting":"hello"}' })
  expect(await client.answer()).toMatchObject({ status: 200, body: '{"word":"two"}' })
  expect(await client.answer()).toMatchObject({ status: 404 })
  expect(await client.answer()).toMatchObject({ status: 200, body: '{"word":"four"}' })
  expect(await client.answer()).toMatchObject({ status: 200, body: 'OK' })
})

test('a thousand pipelined requests are all answered', async () => {
  const words = Array.from({ length: 1000 }, (_, index) => `word-${index}`)
  void client.send(pipelined(...words.map(post)))
  for (const word of words) expect((await client.answer()).body).toBe(JSON.stringify({ word }))
})

test('garbage behind requests does not take their answers away', async () => {
  await client.send(Buffer.concat([pipelined(post('one'), { target: '/wait' }), Buffer.from('\0\0\0\0')]))
  await sample.gate.holds(1)
  sample.gate.open()
  expect(await client.answer()).toMatchObject({ status: 200, body: '{"word":"one"}' })
  expect(await client.answer()).toMatchObject({ status: 200, headers: { connection: 'close' } })
  expect(await client.ended()).toBe('')
})

test.for([
  ['without a body', { target: '/words/two' }],
  ['with a body', post('two')],
] as const)(
  'garbage behind a request %s that is answered before it is read ends the connection after the answers',
  async ([, request]) => {
    await client.send(Buffer.concat([pipelined({ target: '/wait' }, request), Buffer.from('\0\0\0\0')]))
    await sample.gate.holds(1)
    sample.gate.open()
    expect((await client.answer()).status).toBe(200)
    expect(await client.answer()).toMatchObject({ status: 200, body: expect.stringContaining('"word":"two"') })
    expect(await client.ended()).toMatch(/^($|HTTP\/1\.1 400 )/)
  },
)

test('what follows an answer that closes the connection is not done', async () => {
  const large = `{"word":"${'x'.repeat(2_000_000)}"}`
  await client.send(pipelined({ ...post(''), body: large }, post('two')))
  expect(await client.answer()).toMatchObject({ status: 413, headers: { connection: 'close' } })
  expect(await client.ended()).toBe('')
  expect(host.log.requests).toMatchObject([{ status: 413 }])
})
