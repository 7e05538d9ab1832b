import { expect, test } from 'vitest'

import { logAccess, type Access } from './access-log.ts'
import { openLog } from './log.ts'

const access: Access = {
  function: 'configs',
  requestId: '0f8e9d7c-1b2a-4c3d-8e5f-60718293a4b5',
  traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
  spanId: '00f067aa0ba902b7',
  method: 'GET',
  route: '/configs/:name',
  status: 200,
  durationMs: 1.234,
}

function linesOf(level: string, write: (log: ReturnType<typeof openLog>['logger']) => void): unknown[] {
  const lines: string[] = []
  const { logger } = openLog(level, { write: (line) => lines.push(line) })
  write(logger.child({ function: 'configs' }))
  return lines.map((line) => Object.assign(JSON.parse(line) as object, { time: expect.any(Number) as unknown }))
}

test.each([access, { ...access, traceId: undefined, spanId: undefined }, { ...access, status: 503 }])(
  'a line is what pino would have written: %o',
  (each) => {
    const { function: _, traceId, spanId, ...rest } = each
    const fields = { ...rest, trace_id: traceId, span_id: spanId }
    const level = each.status >= 500 ? 'error' : 'info'
    const pinos = linesOf('info', (log) => log[level](fields, 'request'))
    expect(pinos).toHaveLength(1)
    expect(linesOf('info', (log) => logAccess(log, each))).toEqual(pinos)
  },
)

test('the level of the log holds', () => {
  expect(linesOf('warn', (log) => logAccess(log, access))).toEqual([])
  expect(linesOf('warn', (log) => logAccess(log, { ...access, status: 500 }))).toHaveLength(1)
  expect(linesOf('silent', (log) => logAccess(log, { ...access, status: 500 }))).toEqual([])
})
