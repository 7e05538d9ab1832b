import * as fc from 'fast-check'
import { expect, test } from 'vitest'

import { Problem } from '../reply/problem.ts'
import { allowedMethods, methodOf, Router } from './router.ts'

const router = new Router({
  'GET /': 'start',
  'GET /configs': 'list',
  'POST /configs': 'create',
  'GET /configs/:name': 'read',
  'DELETE /configs/:name': 'remove',
  'GET /configs/newest': 'newest',
  'GET /configs/:name/revisions/:number': 'revision',
})

function routeOf(method: string, path: string): unknown {
  const match = router.match(path)
  return { route: methodOf(match, method, path), template: match?.template, params: match?.params }
}

test('a path finds its route', () => {
  expect(routeOf('GET', '/')).toEqual({ route: 'start', template: '/', params: {} })
  expect(routeOf('POST', '/configs')).toEqual({ route: 'create', template: '/configs', params: {} })
  const revision = { template: '/configs/:name/revisions/:number', params: { name: 'alpha', number: '7' } }
  expect(routeOf('GET', '/configs/alpha/revisions/7')).toEqual({ route: 'revision', ...revision })
})

test('a literal path wins over one with parameters', () => {
  expect(routeOf('GET', '/configs/newest')).toMatchObject({ route: 'newest' })
  expect(() => routeOf('DELETE', '/configs/newest')).toThrow('Method Not Allowed')
})

test('HEAD is answered where GET is', () => {
  expect(routeOf('HEAD', '/configs')).toMatchObject({ route: 'list' })
})

test.for([
  '/config',
  '/configs/',
  '/configs/a/b',
  '/configs//revisions/1',
  '//configs',
  '',
  'configs',
  '/configs/a/revisions/',
])('nothing is at %j', (path) => {
  expect(router.match(path)).toBeUndefined()
  expect(() => routeOf('GET', path)).toThrow('Not Found')
})

test('another method is refused with those that there are', () => {
  const match = router.match('/configs/alpha')
  expect(match && allowedMethods(match)).toBe('GET, DELETE, HEAD, OPTIONS')
  expect(() => routeOf('PATCH', '/configs/alpha')).toThrow(
    '/configs/alpha does not answer PATCH; it answers GET, DELETE, HEAD, OPTIONS.',
  )
})

test('a parameter is whatever stands in its segment, decoded', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', minLength: 1 }), (name) => {
      expect(routeOf('GET', `/configs/${encodeURIComponent(name)}`)).toMatchObject({ params: { name } })
    }),
  )
})

test.for(['/%', '/configs/%f', '/configs/%ff', '/configs/%ed%a0%80', '/nothing/%zz/here'])(
  'the encoding of %s is a problem',
  (path) => {
    expect(() => router.match(path)).toThrow(Problem)
    expect(() => router.match(path)).toThrow('percent-encoding')
  },
)

test('no path does more than not to be there', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (method, path) => {
      expect([undefined, 400, 404, 405]).toContain(refusalOf(method, path))
    }),
  )
})

/** The status of the problem that a request is, if it is one. */
function refusalOf(method: string, path: string): number | undefined {
  try {
    routeOf(method, path)
    return undefined
  } catch (error) {
    if (error instanceof Problem) return error.status
    throw error
  }
}
