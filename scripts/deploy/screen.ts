import { LiveLines, isLive } from '../terminal/live-lines.ts'
import { paintFor, type Paint } from '../terminal/paint.ts'
import { progressLine, progressTable, type Row } from './progress-table.ts'

/** Where a deploy shows what it does: lines that stay, and below them, on a terminal, those that change. */
export class Screen {
  readonly #stream: NodeJS.WriteStream
  readonly #live: LiveLines | undefined
  readonly #told = new Map<string, string>()
  readonly paint: Paint
  #isPassing = false

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream
    this.#live = isLive(stream) ? new LiveLines(stream) : undefined
    this.paint = paintFor(stream)
  }

  /** How much fits a line; a file takes any. */
  get width(): number {
    return this.#stream.isTTY ? this.#stream.columns || 80 : 120
  }

  /** A line that stays, in the place of what went on. */
  say(line = ''): void {
    if (this.#isPassing) this.#live?.clear()
    else this.end()
    this.#stream.write(`${line}\n`)
  }

  /** What goes on now; where lines cannot be drawn over, each state once. */
  state(topic: string, state: string): void {
    this.#isPassing = true
    if (this.#live) this.#live.draw([`${topic} ${state}`])
    else this.#once(topic, `${topic} ${state}`)
  }

  rows(rows: readonly Row[]): void {
    this.#isPassing = false
    if (this.#live) return this.#live.draw(progressTable(rows, this.paint))
    for (const row of rows) {
      const { revision, phase, isFailed, note, pods } = row
      this.#once(row.name, progressLine(row), JSON.stringify([revision, phase, isFailed, note, pods.there]))
    }
  }

  /** Leaves what is shown where it stands. */
  end(): void {
    this.#live?.end()
  }

  #once(topic: string, line: string, key = line): void {
    if (this.#told.get(topic) === key) return
    this.#told.set(topic, key)
    this.#stream.write(`${line}\n`)
  }
}
