import { expect, test } from 'vitest'

import { Client } from '../../../_runtime/page/client.ts'
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
