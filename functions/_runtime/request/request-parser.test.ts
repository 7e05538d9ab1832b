import { expect, test } from 'vitest'

import { splitTarget } from './request-parser.ts'

test.for([
  ['/', '/', ''],
  ['/configs?limit=1', '/configs', 'limit=1'],
  ['/configs?', '/configs', ''],
  ['/a?b?c', '/a', 'b?c'],
  ['/?', '/', ''],
  ['//a', '//a', ''],
  ['*', '*', ''],
  ['http://example.org/a?b', '/a', 'b'],
  ['HTTPS://example.org:81/a', '/a', ''],
  ['http://example.org', '/', ''],
  ['http://example.org?b', '/', 'b'],
  ['http://user:secret@example.org/a', '/a', ''],
  ['/http://example.org/a', '/http://example.org/a', ''],
  ['ftp://example.org/a', 'ftp://example.org/a', ''],
] as const)('the target %s has the path %s and the query %j', ([target, path, query]) => {
  expect(splitTarget(target)).toEqual({ path, query })
})
