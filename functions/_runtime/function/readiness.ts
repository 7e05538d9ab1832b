import { Problem } from '../reply/problem.ts'

/** How one check went. */
export interface CheckResult {
  readonly status: 'ok' | 'failed'
  readonly durationMs: number
  readonly detail?: string
}

const timeoutMs = 2000

/**
 * Asks all checks at once; none waits longer than two seconds.
 * @param report is told what strangers are not: why a check failed
 */
export async function askAll(
  checks: Readonly<Record<string, () => unknown>>,
  report: (name: string, error: unknown) => void,
): Promise<Record<string, CheckResult>> {
  const results = Object.entries(checks).map(async ([name, check]) => {
    return [name, await ask(check, (error) => report(name, error))] as const
  })
  return Object.fromEntries(await Promise.all(results))
}

async function ask(check: () => unknown, report: (error: unknown) => void): Promise<CheckResult> {
  const startedAt = performance.now()
  const timeout = Promise.withResolvers<never>()
  const timer = setTimeout(
    () => timeout.reject(new Problem(503, 'Timeout', `No answer in ${timeoutMs} ms.`)),
    timeoutMs,
  )
  const durationMs = () => Math.round((performance.now() - startedAt) * 1000) / 1000
  try {
    await Promise.race([check(), timeout.promise])
    return { status: 'ok', durationMs: durationMs() }
  } catch (error) {
    report(error)
    // Only a Problem's text was written for strangers; any other error may hold an address or a credential.
    const detail = error instanceof Problem ? error.detail : 'The check failed; the log says why.'
    return { status: 'failed', durationMs: durationMs(), detail }
  } finally {
    clearTimeout(timer)
  }
}
