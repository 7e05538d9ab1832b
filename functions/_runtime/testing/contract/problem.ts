import assert from 'node:assert/strict'

import type { Answer } from '../raw-connection.ts'

/**
 * Reads an RFC 9457 problem document.
 * @param mediaType what the clients of the path take it for
 * @throws AssertionError when it is none, or is about another request
 */
export function problemIn(
  { status, headers, body }: Answer,
  mediaType = 'application/problem+json',
): Readonly<Record<string, unknown>> {
  assert.equal(headers['content-type'], mediaType, body)
  assert.equal(headers['x-content-type-options'], 'nosniff')
  const document = JSON.parse(body) as Record<string, unknown>
  assert.equal(document['type'], 'about:blank')
  assert.equal(document['status'], status)
  assert.equal(document['requestId'], headers['x-request-id'])
  for (const key of ['title', 'detail']) assert.equal(typeof document[key], 'string')
  return document
}
