import { expect, test } from 'vitest'

import { Client } from '../client.ts'

const json = { 'content-type': 'application/json' }

function answering(body: string, init: ResponseInit): { client: Client; sent: Request[] } {
  const sent: Request[] = []
  const client = new Client(async (path, request) => {
    sent.push(new Request(new URL(path, 'http://localhost/functions/configs/'), request))
    return new Response(body, init)
  })
  return { client, sent }
}

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
