import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'

import * as z from 'zod/mini'

import { reasonOf } from '../../reason.ts'

const timeoutMs = 120_000
/** https://grafana.com/docs/k6/latest/using-k6/thresholds/ : what k6 ends with when a threshold was crossed. */
const thresholdCrossed = 99

const Result = z.object({ result: z.number(), stable: z.optional(z.number()) })

/** What a program found of the candidate. */
export interface Found {
  /** By its exit code; undefined where it did not get so far. */
  readonly isGood: boolean | undefined
  /** What it measured, where it said so. */
  readonly result?: number | undefined
  readonly stable?: number | undefined
  readonly detail: string
}

/**
 * Runs a script of the user's. Exit code 0 is good and another one is not; a last line as `{"result": 0.98}`, with
 * `"stable"` where it has measured that as well, is what the conditions of the metric are about.
 */
export async function runScript(command: readonly string[], env: Readonly<Record<string, string>>): Promise<Found> {
  const { code, stdout, failure } = await run(command, env)
  if (code === undefined) return { isGood: undefined, detail: failure }
  const isGood = code === 0
  const detail = `${command[0] ?? ''} ended with ${code}`
  const said = resultIn(stdout)
  return said === undefined ? { isGood, detail } : { isGood, detail, ...said }
}

/** Runs a k6 script, whose thresholds decide. It finds the address of the candidate in the environment. */
export async function runK6(script: string, env: Readonly<Record<string, string>>): Promise<Found> {
  const { code, failure } = await run(['k6', 'run', '--quiet', '--no-usage-report', script], env)
  if (code === 0) return { isGood: true, detail: 'the thresholds of k6 held' }
  if (code === thresholdCrossed) return { isGood: false, detail: 'a threshold of k6 was crossed' }
  return { isGood: undefined, detail: code === undefined ? failure : `k6 ended with ${code}` }
}

interface Ending {
  readonly code: number | undefined
  readonly stdout: string
  readonly failure: string
}

async function run([file = '', ...argv]: readonly string[], env: Readonly<Record<string, string>>): Promise<Ending> {
  const child = spawn(file, argv, {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'ignore'],
    timeout: timeoutMs,
    killSignal: 'SIGKILL',
  })
  const output = text(child.stdout)
  try {
    const [code] = (await once(child, 'close')) as [number | null]
    const failure = `${file} did not end within ${timeoutMs / 1_000} s`
    return { code: code ?? undefined, stdout: await output, failure }
  } catch (error) {
    return { code: undefined, stdout: '', failure: `${file} cannot be run: ${reasonOf(error)}` }
  }
}

function resultIn(stdout: string): z.output<typeof Result> | undefined {
  try {
    return z.safeParse(Result, JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '')).data
  } catch {
    return undefined
  }
}
