import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'

import { isOnPath } from '../../../scripts/on-path.ts'
import { sampleIn, type K6Sample } from './k6-sample.ts'
import { thresholdsIn, type Threshold } from './thresholds.ts'

/** https://github.com/grafana/k6/blob/master/errext/exitcodes/codes.go */
const thresholdsBroken = 99
const interrupted = 105

/**
 * Runs a script with k6 to its end.
 * @param variables what the script reads from __ENV
 * @param seen is told each sample as it comes
 * @throws Error when k6 is not there or could not run the script, with what it said
 */
export async function runK6(
  script: string,
  variables: Readonly<Record<string, string>>,
  seen: (sample: K6Sample) => void,
  signal?: AbortSignal,
): Promise<Threshold[]> {
  if (!isOnPath('k6')) {
    throw new Error(
      'k6 is not on the PATH, and it sends the load: https://grafana.com/docs/k6/latest/set-up/install-k6/',
    )
  }
  const folder = await mkdtemp(join(tmpdir(), 'quartet-k6-'))
  const summary = join(folder, 'summary.json')
  try {
    const given = Object.entries(variables).flatMap(([name, value]) => ['-e', `${name}=${value}`])
    const argv = ['run', '--quiet', '--no-color', '--no-usage-report', '--out=json=-', `--summary-export=${summary}`]
    // Interrupted, k6 ends the load and still tells what there was.
    const child = spawn('k6', [...argv, ...given, script], { stdio: ['ignore', 'pipe', 'pipe'], detached: true })
    const interrupt = (): void => void child.kill('SIGINT')
    signal?.addEventListener('abort', interrupt)
    const stderr = text(child.stderr)
    const exit = once(child, 'close')
    for await (const line of createInterface({ input: child.stdout })) {
      const sample = sampleIn(line)
      if (sample) seen(sample)
    }
    await exit
    signal?.removeEventListener('abort', interrupt)
    if (![0, thresholdsBroken, interrupted].includes(child.exitCode ?? -1)) {
      throw new Error(`k6 could not run ${script}:\n${(await stderr).trim()}`)
    }
    return thresholdsIn(JSON.parse(await readFile(summary, 'utf8')))
  } finally {
    await rm(folder, { recursive: true })
  }
}
