import { expect, test } from 'vitest'

import { Client } from '../client.ts'
import { Configs } from '../configs.ts'

const json = { 'content-type': 'application/json' }

function answering(body: string, init: ResponseInit): { client: Client; sent: Request[] } {
  const sent: Request[] = []
  const client = new Client(async (path, request) => {
    sent.push(new Request(new URL(path, 'http://localhost/functions/configs/'), request))
    return new Response(body, init)
  })
  return { client, sent }
}

test('a page is followed by the parameters of the next, wherever the function is', async () => {
  const link = '</configs?limit=2&cursor=Yg>; rel="next"'
  const { client, sent } = answering('[{"name":"a"},{"dcname":"b"}]', { headers: { ...json, link } })
  const names = await new Configs(client).list('configs?limit=2', new AbortController().signal)
  expect(names).toEqual({ names: ['a', 'b'], next: 'limit=2&cursor=Yg' })
  expect(sent[0]?.url).toBe('http://localhost/functions/configs/configs?limit=2')
})

test('a token is sent once there is one', async () => {
  const { client, sent } = answering('[]', { headers: json })
  await client.ask('configs')
  client.token = 'secret'
  await client.ask('configs')
  expect(sent.map(({ headers }) => headers.get('authorization'))).toEqual([null, 'Bearer secret'])
})

test('a problem is told in its own words, with its flaws', async () => {
  const errors = [{ at: '/name', detail: 'Expected a text' }]
  const problem = JSON.stringify({ title: 'Bad Request', detail: 'The body is wrong.', errors })
  const { client } = answering(problem, { status: 400, headers: { 'content-type': 'application/problem+json' } })
  const asked = client.ask('configs')
  await expect(asked).rejects.toMatchObject({ status: 400, message: 'Bad Request: The body is wrong.', flaws: errors })
})

test.each([
  [503, 'Service Unavailable', 'text/plain', 'upstream connect error'],
  [200, 'OK', 'text/html', '<html>'],
])('what somebody in between says with %d is not taken for the function', async (status, statusText, type, body) => {
  const { client } = answering(body, { status, statusText, headers: { 'content-type': type } })
  const message = `No answer: What leads to the function answered ${status} ${statusText}.`
  await expect(client.ask('configs')).rejects.toMatchObject({ status, message, flaws: [] })
})

test('no answer is said to be none', async () => {
  const client = new Client(() => Promise.reject(new TypeError('Failed to fetch')))
  await expect(client.ask('configs')).rejects.toMatchObject({ status: 0, message: expect.stringMatching(/^No answer/) })
})

test('changes depend on the version that was seen', async () => {
  const stored = '{"name":"edge","metadata":{}}'
  const { client, sent } = answering(stored, { headers: { ...json, etag: '"18"' } })
  const configs = new Configs(client)
  expect(await configs.replace('edge', stored, '17')).toEqual({ name: 'edge', text: stored, version: '18' })
  await configs.replace('edge', stored, undefined)
  await configs.restore('edge', '9', '17')
  await configs.remove('edge', '17')
  const conditions = sent.map(({ headers }) => [headers.get('if-match'), headers.get('if-none-match')])
  expect(conditions).toEqual([
    ['"17"', null],
    [null, '*'],
    ['"17"', null],
    ['"17"', null],
  ])
})
