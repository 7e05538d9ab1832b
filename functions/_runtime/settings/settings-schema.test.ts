import { expect, test } from 'vitest'
import * as z from 'zod/mini'

import { environmentName, leavesOf } from './settings-schema.ts'
import { secrets } from './registries.ts'

const Password = z.string()
Password.register(secrets, { secret: true })

const Settings = z.strictObject({
  plain: z.string(),
  count: z._default(z.int(), 1),
  choice: z.optional(z.enum(['a', 'b'])),
  group: z.prefault(z.strictObject({ isOn: z._default(z.boolean(), false), password: z.prefault(Password, '') }), {}),
  entries: z._default(z.record(z.string(), z.string()), {}),
})

test('the settings of a schema are found through groups and defaults', () => {
  expect(leavesOf(Settings)).toEqual([
    { path: ['plain'], type: 'string', isSecret: false },
    { path: ['count'], type: 'number', isSecret: false },
    { path: ['choice'], type: 'enum', isSecret: false },
    { path: ['group', 'isOn'], type: 'boolean', isSecret: false },
    { path: ['group', 'password'], type: 'string', isSecret: true },
    { path: ['entries'], type: 'record', isSecret: false },
  ])
})

test.each([
  [['port'], 'PORT'],
  [['limits', 'inFlight'], 'LIMITS_IN_FLIGHT'],
  [['health', 'timeoutMs'], 'HEALTH_TIMEOUT_MS'],
  [['a1b', 'c2D'], 'A1B_C2_D'],
])('%j is %s in the environment', (path, name) => {
  expect(environmentName(path)).toBe(name)
})
