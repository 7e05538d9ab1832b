import { get as httpGet, type IncomingMessage } from 'node:http'
import { get as httpsGet } from 'node:https'
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
    try {
      const body = await fetchText(`${address.replace(/\/$/, '')}/readyz`, this.#timeoutMs)
      return { ...interpret(body), durationMs: durationMs() }
    } catch (error) {
      return { state: 'down', durationMs: durationMs(), reason: reasonOf(error) }
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
async function fetchText(url: string, timeoutMs: number): Promise<string> {
  const get = url.startsWith('https:') ? httpsGet : httpGet
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    get(url, { signal: AbortSignal.timeout(timeoutMs), headers: { accept: 'application/json' } }, resolve).on('error', reject)
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
  if (!(error instanceof Error)) return 'No answer.'
  if (error.name === 'AbortError' || error.name === 'TimeoutError') return 'No answer in time.'
  if (error instanceof SyntaxError || error instanceof RangeError) return 'The answer is not that of a function.'
  return 'code' in error ? `No answer: ${String(error.code)}.` : 'No answer.'
}
