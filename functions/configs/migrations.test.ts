import { afterAll, beforeAll, expect, test } from 'vitest'

import { migrate } from '../_runtime/migrations.ts'
import { migrations, openConfigs, type OpenConfigs } from './testing/open-configs.ts'

let configs: OpenConfigs

beforeAll(async () => {
  configs = await openConfigs()
})

afterAll(() => configs.close())

test('the initial data is brought once: what was removed or changed since stays so', async () => {
  expect((await configs.call('DELETE /configs/datacenter-1')).status).toBe(204)
  const changed = { dcname: 'datacenter-2', metadata: { changed: true } }
  expect((await configs.call('PUT /configs/datacenter-2', { body: changed })).status).toBe(200)
  expect(await migrate(configs.databaseUrl, 'configs', migrations)).toEqual([])
  expect((await configs.call('GET /configs/datacenter-1')).status).toBe(404)
  expect((await configs.call('GET /configs/datacenter-2')).body).toEqual(changed)
})
