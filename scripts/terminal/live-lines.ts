import { stripVTControlCharacters } from 'node:util'

/** What of a terminal is written to. */
type Terminal = Pick<NodeJS.WriteStream, 'write' | 'isTTY' | 'columns' | 'rows'>

// Between these two a terminal that knows them draws nothing, so that nobody sees half a picture; others skip them.
// https://gist.github.com/christianparpart/d8a62cc1ab659194337d73e399004036
const beginUpdate = '\u001b[?2026h'
const endUpdate = '\u001b[?2026l'
const hideCursor = '\u001b[?25l'
const showCursor = '\u001b[?25h'
const clearToEndOfLine = '\u001b[K'
const clearBelow = '\u001b[J'

/** Whether lines can be drawn over: not in a file, not in a pipe, and not on a terminal that only prints. */
export function isLive({ isTTY }: Terminal, env: NodeJS.ProcessEnv = process.env): boolean {
  return isTTY && env['TERM'] !== 'dumb' && !env['CI']
}

/** Lines at the end of a terminal that are drawn over and over. */
export class LiveLines {
  readonly #terminal: Terminal
  #drawn: readonly string[] = []

  constructor(terminal: Terminal) {
    this.#terminal = terminal
  }

  draw(lines: readonly string[]): void {
    const columns = this.#columns
    // The last line stays free for the cursor; one line more than there is room for would scroll with each draw.
    const shown = lines.slice(0, Math.max(1, (this.#terminal.rows || 24) - 1)).map((line) => cut(line, columns))
    const start = this.#drawn.length === 0 ? hideCursor : this.#back(columns)
    const body = shown.map((line) => `${line}${clearToEndOfLine}\n`).join('')
    this.#terminal.write(`${beginUpdate}${start}${body}${clearBelow}${endUpdate}`)
    this.#drawn = shown
  }

  /** Leaves what is drawn where it stands. */
  end(): void {
    if (this.#drawn.length > 0) this.#terminal.write(showCursor)
    this.#drawn = []
  }

  /** Removes what is drawn. */
  clear(): void {
    if (this.#drawn.length > 0) this.#terminal.write(`${this.#back(this.#columns)}${clearBelow}`)
    this.end()
  }

  /** A terminal that does not know its width says 0. */
  get #columns(): number {
    return this.#terminal.columns || 80
  }

  /** To the first line that was drawn, wherever it is since the terminal became narrower. */
  #back(columns: number): string {
    const height = this.#drawn.reduce((sum, line) => sum + Math.max(1, Math.ceil(widthOf(line) / columns)), 0)
    return `\r\u001b[${height}A`
  }
}

/** Cuts a line to a width, and says that something is missing. Colors cost no width. */
export function cut(line: string, columns: number): string {
  if (widthOf(line) <= columns) return line
  let room = columns - 1
  let kept = ''
  // oxlint-disable-next-line no-control-regex -- colors begin with one
  for (const part of line.split(/(\u001b\[[\d;]*m)/)) {
    if (part.startsWith('\u001b')) kept += part
    else {
      kept += part.slice(0, Math.max(0, room))
      room -= part.length
    }
  }
  return `${kept}…`
}

/** What is written here has no characters that take two columns. */
export function widthOf(line: string): number {
  return stripVTControlCharacters(line).length
}
