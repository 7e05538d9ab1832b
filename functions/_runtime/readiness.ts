import { Problem } from './problem.ts'

/** How one check went. */
export interface CheckResult {
  readonly status: 'ok' | 'failed'
  readonly durationMs: number
  readonly detail?: string
}

const timeoutMs = 2000

/** Asks all checks at once; none waits longer than two seconds. */
export async function askAll(checks: Readonly<Record<string, () => unknown>>): Promise<Record<string, CheckResult>> {
  const results = Object.entries(checks).map(async ([name, check]) => [name, await ask(check)] as const)
  return Object.fromEntries(await Promise.all(results))
}

async function ask(check: () => unknown): Promise<CheckResult> {
  const startedAt = performance.now()
  const timeout = Promise.withResolvers<never>()
  const timer = setTimeout(() => timeout.reject(new Problem(503, 'Timeout', `No answer in ${timeoutMs} ms.`)), timeoutMs)
  const durationMs = () => Math.round((performance.now() - startedAt) * 1000) / 1000
  try {
    await Promise.race([check(), timeout.promise])
    return { status: 'ok', durationMs: durationMs() }
  } catch (error) {
    // Only a Problem's text was written for strangers; any other error may hold an address or a credential.
    const detail = error instanceof Problem ? error.detail : 'The check failed; the log of the next request says why.'
    return { status: 'failed', durationMs: durationMs(), detail }
  } finally {
    clearTimeout(timer)
  }
}
