import { randomUUID } from 'node:crypto'

import { expect, test } from 'vitest'

import type { Answer, RawConnection } from '../raw-connection.ts'
import type { Subject } from './subject.ts'

const acceptable = /^[\w.:-]{1,128}$/

/** How a request is found again in the log. */
export function describeIdentity(subject: Subject): void {
  const { name } = subject.definition

  test('the id that a client gives its request is repeated', async () => {
    const { headers } = await subject.ask({ target: '/healthz', headers: ['x-request-id: a.b-c_D:9'] })
    expect(headers['x-request-id']).toBe('a.b-c_D:9')
  })

  test.for(['with spaces', '"quoted"', '<script>', 'a'.repeat(129), ''])('the id %s is replaced', async (id) => {
    const { headers } = await subject.ask({ target: '/healthz', headers: [`x-request-id: ${id}`] })
    expect(headers['x-request-id']).toMatch(acceptable)
    expect(headers['x-request-id']).not.toBe(id)
  })

  test('a request without an id is given one of its own', async () => {
    const ids: (string | undefined)[] = []
    const askTwice = async (connection: RawConnection): Promise<Answer> => {
      for (const { headers } of [
        await connection.ask({ target: '/livez' }),
        await connection.ask({ target: '/livez' }),
      ]) {
        expect(headers['x-request-id']).toMatch(acceptable)
        ids.push(headers['x-request-id'])
      }
      return connection.ask({ target: '/healthz' })
    }
    await subject.converse(askTwice)
    expect(new Set(ids).size).toBe(4)
  })

  test('each request is one line of the log, with the ids that came with it', async () => {
    const requestId = randomUUID()
    const traceId = randomUUID().replaceAll('-', '')
    const headers = [`x-request-id: ${requestId}`, `traceparent: 00-${traceId}-00f067aa0ba902b7-01`]
    await subject.ask({ method: 'GET', target: '/version?secret=hunter2', headers })
    for (const { log } of subject.hosts) {
      const lines = await log.until((line) => line['requestId'] === requestId)
      const { time, durationMs, ...line } = lines[0] ?? {}
      expect(time).toEqual(expect.any(Number))
      expect(durationMs).toEqual(expect.any(Number))
      const expected = {
        level: 'info',
        function: name,
        requestId,
        trace_id: traceId,
        method: 'GET',
        route: '/version',
        status: 200,
        msg: 'request',
      }
      expect(line).toEqual(expected)
      expect(lines).toHaveLength(1)
    }
  })

  test('a path that is not there is logged without being repeated', async () => {
    const requestId = randomUUID()
    await subject.ask({ target: '/some/secret', headers: [`x-request-id: ${requestId}`] })
    for (const { log } of subject.hosts) {
      const [line] = await log.until((each) => each['requestId'] === requestId)
      expect(line).toMatchObject({ route: 'unmatched', status: 404 })
      expect(JSON.stringify(line)).not.toContain('secret')
    }
  })
}
