import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import type { LoadReport } from '../load-report.ts'
import { runWrk } from '../wrk.ts'

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
  run(url: string, seconds: number): LoadReport {
    const script = join(import.meta.dirname, 'load.lua')
    return runWrk({ url, seconds, script, argv: [this.#file, this.#contentType] })
  }

  [Symbol.dispose](): void {
    rmSync(this.#folder, { recursive: true })
  }
}
