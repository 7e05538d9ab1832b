import { expect, test } from 'vitest'

import { problemIn } from './problem.ts'
import type { Subject } from './subject.ts'

/** What a method does to a path. */
export function describeMethods(subject: Subject): void {
  test('a known path with another method is answered 405, with the methods that it has', async () => {
    const answer = await subject.ask({ method: 'DELETE', target: '/healthz' })
    expect(problemIn(answer)).toMatchObject({ status: 405, title: 'Method Not Allowed' })
    expect(answer.headers['allow']).toBe('GET, HEAD, OPTIONS')
  })

  test("the function's own paths say which methods they have", async () => {
    for (const [path, methods] of methodsByPath(subject)) {
      const answer = await subject.ask({ method: 'PROPFIND', target: path.replaceAll(/:\w+/g, 'some') })
      expect(problemIn(answer, subject.problemTypeAt(path))).toMatchObject({ status: 405 })
      const allowed = answer.headers['allow']?.split(', ')
      expect(allowed).toEqual([...methods, ...(methods.includes('GET') ? ['HEAD'] : []), 'OPTIONS'])
    }
  })

  test.for(['/healthz', '/livez', '/openapi.json', '/version', '/nothing-is-here'])(
    'HEAD of %s has the headers of GET and no body',
    async (target) => {
      const get = await subject.ask({ target })
      const head = await subject.converse(async (connection) => {
        const answer = await connection.ask({ method: 'HEAD', target, headers: ['x-request-id: contract'] })
        // Bytes of a body would be taken for this answer.
        expect((await connection.ask({ target: '/healthz' })).body).toBe('OK')
        return answer
      })
      expect(head.status).toBe(get.status)
      expect(stableHeaders(head.headers)).toEqual(stableHeaders(get.headers))
      expect(Number(head.headers['content-length'])).toBe(Buffer.byteLength(get.body))
    },
  )

  test('OPTIONS of a path names its methods', async () => {
    const { status, headers, body } = await subject.ask({ method: 'OPTIONS', target: '/healthz' })
    expect(status).toBe(204)
    expect(headers['allow']).toBe('GET, HEAD, OPTIONS')
    expect(headers['content-length']).toBeUndefined()
    expect(body).toBe('')
  })

  test('OPTIONS of the server itself names all methods', async () => {
    const { status, headers } = await subject.ask({ method: 'OPTIONS', target: '*' })
    expect(status).toBe(204)
    expect(headers['allow']).toBe('GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS')
  })

  test('OPTIONS of an unknown path is answered 404', async () => {
    expect(problemIn(await subject.ask({ method: 'OPTIONS', target: '/nothing-is-here' }))).toMatchObject({
      status: 404,
    })
  })
}

function methodsByPath({ definition }: Subject): Map<string, string[]> {
  const byPath = new Map<string, string[]>()
  for (const key of Object.keys(definition.routes)) {
    const [method = '', path = ''] = key.split(' ')
    byPath.set(path, [...(byPath.get(path) ?? []), method])
  }
  return byPath
}

function stableHeaders(headers: Readonly<Record<string, string>>): unknown {
  const { date: _date, 'server-timing': _timing, 'x-request-id': _id, ...rest } = headers
  return rest
}
