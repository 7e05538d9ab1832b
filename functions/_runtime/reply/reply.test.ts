import { expect, test } from 'vitest'

import {
  badRequest,
  conflict,
  contentTooLarge,
  internalServerError,
  methodNotAllowed,
  notFound,
  requestTimeout,
  serviceUnavailable,
  tooManyRequests,
  unsupportedMediaType,
} from './problem.ts'
import { html, json, jsonText, noContent, ok, problemReply, text } from './reply.ts'

test('a value is answered as JSON', () => {
  expect(ok({ a: 1 })).toEqual({ status: 200, headers: { 'content-type': 'application/json' }, body: '{"a":1}' })
  expect(json(201, [1], { location: '/1' })).toEqual({
    status: 201,
    headers: { 'content-type': 'application/json', location: '/1' },
    body: '[1]',
  })
})

test('JSON that was written already goes out byte for byte', () => {
  expect(jsonText(200, '{ "a" : 1.0 }').body).toBe('{ "a" : 1.0 }')
})

test('text, pages and nothing have their types', () => {
  expect(text('OK')).toEqual({ status: 200, headers: { 'content-type': 'text/plain; charset=utf-8' }, body: 'OK' })
  expect(html(200, '<p>', "default-src 'none'").headers).toMatchObject({
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': "default-src 'none'",
  })
  expect(noContent({ allow: 'GET' })).toEqual({ status: 204, headers: { allow: 'GET' } })
})

test('a problem is an RFC 9457 document', () => {
  const { status, headers, body } = problemReply(
    badRequest('The body does not fit.', [{ at: '/name', detail: 'Too long' }]),
    'one',
  )
  expect(status).toBe(400)
  expect(headers).toEqual({ 'content-type': 'application/problem+json' })
  expect(JSON.parse(body)).toEqual({
    type: 'about:blank',
    title: 'Bad Request',
    status: 400,
    detail: 'The body does not fit.',
    errors: [{ at: '/name', detail: 'Too long' }],
    requestId: 'one',
  })
})

test('a problem without flaws has no list of them', () => {
  expect(JSON.parse(problemReply(notFound('Nothing is there.'), 'one').body)).not.toHaveProperty('errors')
})

test('what caused a problem stays with us', () => {
  const cause = new Error('the password is hunter2')
  for (const problem of [internalServerError('one', cause), serviceUnavailable('The database is away.', 2, cause)]) {
    expect(problem.cause).toBe(cause)
    expect(JSON.stringify(problemReply(problem, 'one'))).not.toContain('hunter2')
  }
})

test.for([
  [methodNotAllowed('PUT', '/', 'GET'), 405, { allow: 'GET' }],
  [requestTimeout('Too slow.'), 408, { connection: 'close' }],
  [conflict('There is one.'), 409, {}],
  [contentTooLarge(10), 413, { connection: 'close' }],
  [unsupportedMediaType('Not this.', { accept: 'application/json' }), 415, { accept: 'application/json' }],
  [tooManyRequests('Too many.', 3), 429, { 'retry-after': '3' }],
  [serviceUnavailable('Away.', 2), 503, { 'retry-after': '2' }],
] as const)('a problem brings its status and its headers: %s', ([problem, status, headers]) => {
  expect(problemReply(problem, 'one')).toMatchObject({ status, headers })
})
