import { Transform } from 'node:stream'

const megabyte = 1_000_000
const restMs = 100

/** Says how far a file has come, on a terminal and nowhere else. */
export class Progress {
  readonly #terminal: NodeJS.WriteStream
  readonly #verb: string
  readonly #totalBytes: number | undefined
  #bytes = 0
  #lastAt = 0

  /** @param verb such as `sent` */
  constructor(terminal: NodeJS.WriteStream, verb: string, totalBytes?: number) {
    this.#terminal = terminal
    this.#verb = verb
    this.#totalBytes = totalBytes
  }

  /** Counts what passes. */
  counter(): Transform {
    return new Transform({
      transform: (chunk: Buffer, _encoding, next) => {
        this.#bytes += chunk.length
        this.#show()
        next(null, chunk)
      },
      flush: (next) => {
        this.#write(`${this.#verb} ${inMegabytes(this.#bytes)}, waiting for the answer`)
        next()
      },
    })
  }

  /** Leaves the line to what comes next. */
  clear(): void {
    this.#write('')
  }

  #show(): void {
    if (performance.now() - this.#lastAt < restMs) return
    this.#lastAt = performance.now()
    const total = this.#totalBytes === undefined ? '' : ` of ${inMegabytes(this.#totalBytes)}`
    this.#write(`${this.#verb} ${inMegabytes(this.#bytes)}${total}`)
  }

  #write(text: string): void {
    if (this.#terminal.isTTY) this.#terminal.write(`\r\u001b[K${text}`)
  }
}

function inMegabytes(bytes: number): string {
  return `${(bytes / megabyte).toFixed(1)} MB`
}
