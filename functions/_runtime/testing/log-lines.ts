import type { DestinationStream } from 'pino'

export type LogLine = Readonly<Record<string, unknown>>

/** A log that a test reads along. */
export class LogLines implements DestinationStream {
  readonly all: LogLine[] = []
  #rest = ''
  #change = Promise.withResolvers<void>()

  /** Takes text as it comes, whole lines or not. */
  write(text: string): void {
    const lines = (this.#rest + text).split('\n')
    this.#rest = lines.pop() ?? ''
    for (const line of lines) this.all.push(JSON.parse(line) as LogLine)
    this.#change.resolve()
    this.#change = Promise.withResolvers()
  }

  /** The lines of answered requests. */
  get requests(): LogLine[] {
    return this.all.filter(({ msg }) => msg === 'request')
  }

  /** Waits until so many lines are there that a test is looking for. */
  async until(isWanted: (line: LogLine) => boolean, count = 1): Promise<LogLine[]> {
    for (;;) {
      const found = this.all.filter(isWanted)
      if (found.length >= count) return found
      await this.#change.promise
    }
  }

  /** Waits until so many requests were answered. */
  async untilRequests(count: number): Promise<LogLine[]> {
    return this.until(({ msg }) => msg === 'request', count)
  }
}
