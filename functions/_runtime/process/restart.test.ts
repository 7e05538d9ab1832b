import { expect, test } from 'vitest'
import * as z from 'zod/mini'

import { openLog } from './log.ts'
import { warnOfRestart } from './restart.ts'
import { RuntimeSettings } from '../settings/settings.ts'

const { telemetry, tracing } = z.parse(RuntimeSettings, {})
const here = { host: '127.0.0.1', port: 8080, telemetry, tracing }

function warnings(after: typeof here): unknown[] {
  const lines: unknown[] = []
  const { logger } = openLog('info', { write: (line) => lines.push(JSON.parse(line)) })
  warnOfRestart(logger, here, after)
  return lines
}

test('another address is said to hold from the next start only', () => {
  expect(warnings({ ...here, host: '::1', port: 9090 })).toMatchObject([{ level: 'warn', settings: ['host', 'port'] }])
  expect(warnings({ ...here, port: 9090 })).toMatchObject([{ settings: ['port'] }])
})

test('another place for counts is said to hold from the next start only', () => {
  expect(warnings({ ...here, telemetry: { ...telemetry, sink: 'none' } })).toMatchObject([{ settings: ['telemetry'] }])
})

test('another place for spans is said to hold from the next start only', () => {
  expect(warnings({ ...here, tracing: { ...tracing, disabled: true } })).toMatchObject([{ settings: ['tracing'] }])
})

test('the same address, and a free port that was found, are nothing to say', () => {
  expect(warnings(here)).toEqual([])
  expect(warnings({ ...here, port: 0 })).toEqual([])
})
