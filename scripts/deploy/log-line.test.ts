import { expect, test } from 'vitest'

import { tellingLines } from './log-line.ts'

test('of JSON, what it says; of a stack, the error', () => {
  const log = [
    '{"level":"fatal","msg":"it cannot start","err":{"type":"Error","message":"port 80 is taken","stack":"..."}}',
    '{"level":"info","msg":"listening"}',
    '{"level":"info"}',
    '',
    'Error: plain',
    '    at Module._load (node:internal/modules/cjs/loader:1341:5)',
  ]
  expect(tellingLines(log.join('\n'))).toEqual([
    'it cannot start: port 80 is taken',
    'listening',
    '{"level":"info"}',
    'Error: plain',
  ])
})
