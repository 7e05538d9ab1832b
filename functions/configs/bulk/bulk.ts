import type { StreamedBody } from '../../_runtime/request/body.ts'
import { LongTransaction } from '../../_runtime/postgres/long-transaction.ts'
import type { Tracer } from '../../_runtime/tracing/tracer.ts'
import { badRequest, tooManyRequests } from '../../_runtime/reply/problem.ts'
import type { ConfigsSettings } from '../schema.ts'
import { ConfigFile } from './config-file.ts'
import { exportFile } from './exporter.ts'
import { Importer, type ImportPlan } from './importer.ts'
import { linesOf } from './lines.ts'
import type { ImportCounts } from './staging.ts'

type Settings = Pick<ConfigsSettings, 'bulk' | 'database' | 'documents' | 'limits'>

/** What a line has beside the metadata that a body may have: more than the longest name. */
const nameBytes = 1000

/** Exports and imports, each in a long transaction of its own, and only so many at once. */
export class Bulk {
  readonly #settings: Settings
  readonly #onImport: () => void
  readonly #tracer: Tracer | undefined
  #running = 0

  /** @param onImport is told of every import that changed something */
  constructor(settings: Settings, onImport: () => void, tracer?: Tracer) {
    this.#settings = settings
    this.#onImport = onImport
    this.#tracer = tracer
  }

  /** @throws Problem 429 when there are too many at once; 503 when the database does not answer */
  async *export(prefix: string): AsyncGenerator<string, void, undefined> {
    const transaction = this.#begin('isolation level repeatable read read only')
    try {
      yield* exportFile(transaction, prefix)
    } finally {
      this.#end(transaction)
    }
  }

  /**
   * @param isAbandoned whether nobody waits for it any longer
   * @throws Problem 400, 409, 413, 429, 503; nothing is changed then
   */
  async import(body: StreamedBody, plan: ImportPlan, isAbandoned: () => boolean): Promise<ImportCounts> {
    const { fileBytes, fileLines, timeoutMs } = this.#settings.bulk
    const transaction = this.#begin('read write')
    try {
      const file = new ConfigFile(this.#settings.documents)
      const importer = new Importer(transaction, plan)
      const chunks = body.chunks({ limitBytes: fileBytes, timeoutMs })
      const lines = linesOf(chunks, { lineBytes: this.#settings.limits.bodyBytes + nameBytes, lines: fileLines })
      for await (const configs of file.batches(lines)) await importer.add(configs)
      if (plan.mode === 'mirror') refuseUnlessExported(file, plan.prefix)
      const counts = await importer.finish(isAbandoned)
      if (!plan.isDryRun && counts.created + counts.replaced + counts.removed > 0) this.#onImport()
      return counts
    } finally {
      this.#end(transaction)
    }
  }

  #begin(characteristics: string): LongTransaction {
    const { atOnce, timeoutMs } = this.#settings.bulk
    if (this.#running >= atOnce) {
      const detail = `This process is at ${atOnce} exports and imports, which is its limit (bulk.atOnce).`
      throw tooManyRequests(detail, 5)
    }
    this.#running += 1
    return new LongTransaction(this.#settings.database, { timeoutMs, characteristics }, this.#tracer)
  }

  #end(transaction: LongTransaction): void {
    this.#running -= 1
    transaction.end()
  }
}

/** What is not in a file is removed only where the file says of itself that all is in it. */
function refuseUnlessExported({ exportedPrefix }: ConfigFile, prefix: string): void {
  if (exportedPrefix === prefix) return
  const found = exportedPrefix === undefined ? 'no whole export' : `an export of the prefix "${exportedPrefix}"`
  throw badRequest(`mode=mirror with the prefix "${prefix}" takes an export of it, and this is ${found}.`)
}
