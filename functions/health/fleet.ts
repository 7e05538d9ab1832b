import { get as httpGet, type IncomingMessage } from 'node:http'
import * as z from 'zod/mini'

import { validate } from '../_runtime/validate.ts'
import { State, type FleetHealth, type FunctionHealth } from './schema.ts'

/** What a function's /readyz says, as far as it is used here. */
const Readiness = z.object({
  status: z.string(),
  checks: z.record(z.string(), z.object({ status: z.string(), detail: z.optional(z.string()) })),
})

const mostBytes = 65_536

/** The functions, by their addresses. */
export class Fleet {
  readonly #targets: Readonly<Record<string, string>>
  readonly #timeoutMs: number

  constructor(targets: Readonly<Record<string, string>>, timeoutMs: number) {
    this.#targets = targets
    this.#timeoutMs = timeoutMs
  }

  /** Asks every function at once how it is. */
  async health(): Promise<FleetHealth> {
    const asked = Object.entries(this.#targets).map(async ([name, address]) => {
      return [name, await this.#ask(address)] as const
    })
    const functions = Object.fromEntries(await Promise.all(asked))
    return { state: worst(Object.values(functions)), functions }
  }

  async #ask(address: string): Promise<FunctionHealth> {
    const startedAt = performance.now()
    const durationMs = (): number => Math.round((performance.now() - startedAt) * 1000) / 1000
    const signal = AbortSignal.timeout(this.#timeoutMs)
    try {
      const body = await fetchText(`${address.replace(/\/$/, '')}/readyz`, signal)
      return { ...interpret(body), durationMs: durationMs() }
    } catch (error) {
      const reason = signal.aborted ? 'No answer in time.' : reasonOf(error)
      return { state: 'down', durationMs: durationMs(), reason }
    }
  }
}

function worst(functions: readonly FunctionHealth[]): FleetHealth['state'] {
  if (functions.length === 0) return 'unknown'
  const ranks = functions.map(({ state }) => State.options.indexOf(state))
  return State.options[Math.max(...ranks)] ?? 'unknown'
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

// node:http, not fetch: the first fetch of a process loads undici, which takes longer than this function's whole start.
async function fetchText(url: string, signal: AbortSignal): Promise<string> {
  // Most targets are inside the cluster; TLS takes 8 ms to load.
  const get = url.startsWith('https:') ? process.getBuiltinModule('node:https').get : httpGet
  // A connection of its own: one that was kept could be about to close, and a function that is ready would look down.
  const options = { signal, agent: false, headers: { accept: 'application/json' } }
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    get(url, options, resolve).on('error', reject)
  })
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.length
    if (bytes > mostBytes) throw new RangeError(`over ${mostBytes} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString()
}

function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : undefined
  // HPE: what came is not HTTP.
  const isMisunderstood = error instanceof SyntaxError || error instanceof RangeError || code?.startsWith('HPE_')
  if (isMisunderstood) return 'The answer is not that of a function.'
  return code === undefined ? 'No answer.' : `No answer: ${code}.`
}
