import * as z from 'zod/mini'

import { validate } from '../_runtime/request/validate.ts'
import { fetchText } from './fetch-text.ts'
import type { FunctionHealth } from './schema.ts'

/** What a function's /readyz says, as far as it is used here. */
const Readiness = z.object({
  status: z.string(),
  checks: z.record(z.string(), z.object({ status: z.string(), detail: z.optional(z.string()) })),
})

const mostBytes = 65_536

/** Asks a function how it is. */
export async function askFunction(address: string, timeoutMs: number): Promise<FunctionHealth> {
  const startedAt = performance.now()
  const durationMs = (): number => Math.round((performance.now() - startedAt) * 1000) / 1000
  const signal = AbortSignal.timeout(timeoutMs)
  try {
    const { text } = await fetchText(`${address.replace(/\/$/, '')}/readyz`, { signal, mostBytes })
    return { ...interpret(text), durationMs: durationMs() }
  } catch (error) {
    const reason = signal.aborted ? 'No answer in time.' : reasonOf(error)
    return { state: 'down', durationMs: durationMs(), reason }
  }
}

function interpret(body: string): Pick<FunctionHealth, 'state' | 'reason'> {
  const readiness = validate(Readiness, JSON.parse(body))
  if (!readiness.success) throw new SyntaxError('not what /readyz answers')
  const { status, checks } = readiness.value
  if (status === 'ok') return { state: 'ready' }
  const failed = Object.entries(checks).filter(([, check]) => check.status !== 'ok')
  const reason = failed.map(([name, { detail }]) => (detail ? `${name}: ${detail}` : name)).join('; ')
  return { state: 'degraded', reason: reason || status }
}

function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : undefined
  // HPE: what came is not HTTP.
  const isMisunderstood = error instanceof SyntaxError || error instanceof RangeError || code?.startsWith('HPE_')
  if (isMisunderstood) return 'The answer is not that of a function.'
  return code === undefined ? 'No answer.' : `No answer: ${code}.`
}
