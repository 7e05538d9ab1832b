import { afterAll, beforeAll, expect, test } from 'vitest'

import { bearing, tokenEntry } from '../_runtime/testing/guarded-sample.ts'
import { configs } from './index.ts'
import { openConfigs, type OpenConfigs } from './testing/open-configs.ts'

let open: OpenConfigs

const tokens = {
  reader: tokenEntry('reads', 'configs:read'),
  writer: tokenEntry('writes', 'configs:read', 'configs:write'),
  importer: tokenEntry('imports', 'configs:write'),
}

beforeAll(async () => {
  open = await openConfigs({}, { auth: { tokens } })
})

afterAll(() => open.close())

type RequestLine = `${string} /${string}`

/** Every route that is a function's own, as a request to it. */
const requests = Object.keys(configs.definition.routes).map((key) => key.replaceAll(/:\w+/g, '1') as RequestLine)
/** Those that anybody may ask. */
const openRoutes = new Set<RequestLine>(['GET /'])

test.for(requests)('%s needs a token with its scope, unless anybody may ask', async (request) => {
  const isOpen = openRoutes.has(request)
  const isRead = request.startsWith('GET ')
  const without = await open.call(request)
  const other = await open.call(request, { headers: bearing(isRead ? 'imports' : 'reads') })
  expect([without.status, other.status]).toEqual(isOpen ? [200, 200] : [401, 403])
  const scope = /scope="(.*)"/.exec(other.headers['www-authenticate'] ?? '')?.[1]
  expect(scope).toBe(isOpen ? undefined : `configs:${isRead ? 'read' : 'write'}`)
})

test('the history says whose token made a change', async () => {
  const writes = { headers: bearing('writes') }
  const imports = { headers: bearing('imports') }
  const body = { name: 'owned', metadata: { n: 1 } }
  const answers = [
    await open.call('POST /configs', { ...writes, body }),
    await open.call('PUT /configs/owned', { ...imports, body }),
    await open.call('PATCH /configs/owned', { ...writes, body: { metadata: { n: 2 } } }),
    await open.call('DELETE /configs/owned', imports),
  ]
  const version = answers[0]?.headers['etag']?.slice(1, -1)
  answers.push(await open.call(`POST /configs/owned/versions/${version}/restore`, writes))
  expect(answers.map(({ status }) => status)).toEqual([201, 200, 200, 204, 201])
  const { body: changes } = await open.call('GET /configs/owned/versions', { headers: bearing('reads') })
  const actors = (changes as { actor: string }[]).map(({ actor }) => actor)
  expect(actors).toEqual(['writer', 'importer', 'writer', 'importer', 'writer'])
})

test('who may write a config can read it', async () => {
  const { status, body } = await open.call('PATCH /configs/datacenter-2', { headers: bearing('imports'), body: {} })
  expect({ status, body }).toMatchObject({ status: 200, body: { dcname: 'datacenter-2' } })
})

test('an ETag is compared for those only who may read', async () => {
  const { headers } = await open.call('GET /configs/datacenter-1', { headers: bearing('reads') })
  const known = { 'if-none-match': headers['etag'] ?? '' }
  expect((await open.call('GET /configs/datacenter-1', { headers: known })).status).toBe(401)
  const answer = await open.call('GET /configs/datacenter-1', { headers: { ...known, ...bearing('reads') } })
  expect(answer).toMatchObject({
    status: 304,
    headers: { vary: 'authorization', 'cache-control': 'private, no-cache' },
  })
})

test('the scopes of the routes are in the OpenAPI document', async () => {
  const { body } = await open.call('GET /openapi.json')
  expect(body).toMatchObject({
    paths: {
      '/configs': {
        get: { security: [{ bearer: ['configs:read'] }] },
        post: { security: [{ bearer: ['configs:write'] }] },
      },
    },
  })
})
