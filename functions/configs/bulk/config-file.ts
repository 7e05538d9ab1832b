import { badRequest, type Flaw, type Problem } from '../../_runtime/reply/problem.ts'
import type { DocumentLimits } from '../documents/document-limits.ts'
import type { Config } from '../store/store.ts'
import { parseLine, type FileLine, type FirstLine, type LastLine } from './file-line.ts'
import type { Line } from './lines.ts'

/** A config, and where it stands. */
export interface FileConfig extends Config {
  readonly line: number
}

/** More than anybody reads: a file can be nothing but flaws. */
export const mostFlaws = 20
/** Few enough to be sent in one statement, and to be thrown away without regret. */
const batchRows = 500
const batchCharacters = 300_000

/** A file of configs, one a line, that is read once from its beginning to its end. */
export class ConfigFile {
  readonly #limits: DocumentLimits
  readonly #flaws: Flaw[] = []
  #lines = 0
  #configs = 0
  #first: FirstLine | undefined
  #last: LastLine | undefined

  /** @param limits of each config */
  constructor(limits: DocumentLimits) {
    this.#limits = limits
  }

  /** Configs that were read. */
  get configs(): number {
    return this.#configs
  }

  /** The prefix of the names that it was exported with; undefined of a file that is no whole export. */
  get exportedPrefix(): string | undefined {
    return this.#last && this.#first?.prefix
  }

  /**
   * Reads it, a batch of configs at a time. Behind a flaw it reads on for others, and no config comes any more.
   * @throws Problem 400 with every flaw, up to `mostFlaws`
   */
  async *batches(lines: AsyncIterable<Line>): AsyncGenerator<FileConfig[], void, undefined> {
    let batch: FileConfig[] = []
    let characters = 0
    for await (const line of lines) {
      const config = this.#take(line, parseLine(line, this.#limits))
      if (!config) continue
      batch.push(config)
      characters += config.metadata.length
      if (batch.length < batchRows && characters < batchCharacters) continue
      if (this.#flaws.length === 0) yield batch
      batch = []
      characters = 0
    }
    this.#lookBack()
    if (this.#flaws.length > 0) throw flawedFile(this.#flaws)
    if (batch.length > 0) yield batch
  }

  #take({ number }: Line, said: FileLine): FileConfig | undefined {
    this.#lines += 1
    if (this.#last) this.#find({ at: '', line: number, detail: 'The file has a line behind its last' })
    if ('flaws' in said) for (const flaw of said.flaws) this.#find(flaw)
    else if ('first' in said) {
      if (this.#lines > 1) this.#find({ at: '/export', line: number, detail: 'Expected in the first line only' })
      this.#first = said.first
    } else if ('last' in said) {
      this.#last = said.last
      if (said.last.configs !== this.#configs && this.#flaws.length === 0) {
        this.#find({ at: '/configs', line: number, detail: `The file has ${this.#configs} before it` })
      }
    } else {
      this.#configs += 1
      const { name, nameKey } = said.config
      if (name.startsWith(this.#first?.prefix ?? '')) return { ...said.config, line: number }
      this.#find({ at: `/${nameKey}`, line: number, detail: 'Expected a name with the prefix of the first line' })
    }
    return undefined
  }

  /** An export that was cut off between two lines looks like a shorter one, but for its end. */
  #lookBack(): void {
    if (!this.#first || this.#last || this.#flaws.length > 0) return
    const detail = 'The file was cut off: an export ends with {"complete":true,...}. Export it again'
    this.#find({ at: '', detail })
  }

  #find(flaw: Flaw): void {
    this.#flaws.push(flaw)
    if (this.#flaws.length >= mostFlaws) throw flawedFile(this.#flaws)
  }
}

export function flawedFile(flaws: readonly Flaw[]): Problem {
  return badRequest('The file has flaws, and nothing was changed; errors says where.', flaws)
}
