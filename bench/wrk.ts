import { execFileSync } from 'node:child_process'

import { connections, loadProcessor } from './conditions.ts'
import { parseLoadReport, type LoadReport } from './load-report.ts'
import { onProcessor } from './processor.ts'

interface Run {
  readonly url: string
  readonly seconds: number
  /** What is sent; it takes report.lua's `done` for its own. */
  readonly script: string
  /** Of the script. */
  readonly argv: readonly string[]
}

/** @throws Error when a request failed */
export function runWrk({ url, seconds, script, argv }: Run): LoadReport {
  const flags = ['-t1', `-c${connections}`, `-d${seconds}s`, '-s', script, url, '--', ...argv]
  const [program, ...rest] = onProcessor(loadProcessor, ['wrk', ...flags])
  return parseLoadReport(execFileSync(program, rest, { encoding: 'utf8' }))
}
