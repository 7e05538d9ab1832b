import { expect, test } from 'vitest'

import { problemIn } from './problem.ts'
import type { Subject } from './subject.ts'

/** What may stand in a request line. */
export function describeTargets(subject: Subject): void {
  test.for(['/%', '/%zz', '/some/%ff', '/%c3%28'])(
    'the path %s, which is no UTF-8, is answered 400',
    async (target) => {
      expect(problemIn(await subject.ask({ target }))).toMatchObject({ status: 400, title: 'Bad Request' })
    },
  )

  test.for(['/healthz?%', '/healthz?a=%zz', '/healthz?%ff=1'])(
    'the query of %s, which is no UTF-8, is answered 400',
    async (target) => {
      expect(problemIn(await subject.ask({ target }))).toMatchObject({
        status: 400,
        detail: 'The query has a percent-encoding that is not UTF-8.',
      })
    },
  )

  test('a target in absolute form is the path that is in it', async () => {
    expect((await subject.ask({ target: 'http://example.org/healthz?a=1' })).body).toBe('OK')
    expect((await subject.ask({ target: 'HTTP://example.org:81/healthz' })).body).toBe('OK')
    const root = await subject.ask({ target: '/' })
    expect((await subject.ask({ target: 'http://example.org' })).status).toBe(root.status)
    expect((await subject.ask({ target: 'http://example.org?a=1' })).status).toBe(root.status)
  })

  test('a name that a query repeats is no error', async () => {
    expect((await subject.ask({ target: '/healthz?a=1&a=2&a=3&__proto__=4&constructor=5' })).status).toBe(200)
  })

  test.for([
    '/__proto__',
    '/constructor',
    '/toString',
    '/healthz/..',
    '/.',
    '/%00',
    '/healthz%00',
    '/healthz;a=1',
    '/*',
  ])('the path %s is only a path that is not there', async (target) => {
    expect(problemIn(await subject.ask({ target }))).toMatchObject({ status: 404 })
  })
}
