import { join } from 'node:path'

import { afterAll, beforeAll, expect, test } from 'vitest'

import type { FunctionInstance } from '../_runtime/instance.ts'
import { callerOf, instanceOf, type Call } from '../_runtime/testing/call.ts'
import { migratedDatabase, type TestDatabase } from '../_runtime/testing/database.ts'
import { configs } from './index.ts'

let database: TestDatabase
let instance: FunctionInstance
let call: Call

beforeAll(async () => {
  database = await migratedDatabase('configs', join(import.meta.dirname, 'migrations'))
  instance = instanceOf(configs, { database: { url: database.url } })
  call = callerOf(instance)
})

afterAll(async () => {
  await instance.close()
  await database.drop()
})

const metadata = { limits: { cpu: { enabled: true, value: '500m' } }, monitoring: { enabled: true } }

test('the first migration brings two datacenters', async () => {
  const { status, body } = await call('GET /configs/datacenter-1')
  expect(status).toBe(200)
  expect(body).toEqual({ dcname: 'datacenter-1', metadata })
  expect((await call('GET /configs/datacenter-2')).status).toBe(200)
})
