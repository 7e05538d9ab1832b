import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { parseLoadReport, type LoadReport } from './load-report.ts'
import { onProcessor } from './processor.ts'

/** Bodies of one content type, to be sent in turn over and over. */
export class Load {
  readonly #folder = mkdtempSync(join(tmpdir(), 'quartet-load-'))
  readonly #file = join(this.#folder, 'bodies')
  readonly #contentType: string

  constructor(contentType: string, bodies: readonly Buffer[]) {
    this.#contentType = contentType
    writeFileSync(this.#file, Buffer.concat(bodies.flatMap((body) => [Buffer.from(`${body.length}\n`), body])))
  }

  /** @throws Error when a request failed */
  run({ url, connections, seconds, processor }: LoadSize): LoadReport {
    const script = join(import.meta.dirname, 'load.lua')
    const argv = ['-t1', `-c${connections}`, `-d${seconds}s`, '-s', script, url, '--', this.#file, this.#contentType]
    const [program, ...rest] = onProcessor(processor, ['wrk', ...argv])
    return parseLoadReport(execFileSync(program, rest, { encoding: 'utf8' }))
  }

  [Symbol.dispose](): void {
    rmSync(this.#folder, { recursive: true })
  }
}

interface LoadSize {
  readonly url: string
  readonly connections: number
  readonly seconds: number
  /** The one that sends. */
  readonly processor: number
}
