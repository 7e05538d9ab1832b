import { expect, test } from 'vitest'

import { columns } from './columns.ts'
import { cut, isLive, LiveLines, widthOf } from './live-lines.ts'

/** A terminal of a few lines that does what the sequences used here mean. */
class TestTerminal {
  isTTY = true
  columns: number
  rows = 24
  isCursorShown = true
  readonly #lines: string[] = ['']
  #row = 0

  constructor(width: number) {
    this.columns = width
  }

  get lines(): string[] {
    return this.#lines.join('\n').trimEnd().split('\n')
  }

  write(text: string): boolean {
    // oxlint-disable-next-line no-control-regex -- sequences begin with one
    for (const [part] of text.matchAll(/\u001b\[[?\d;]*[a-zA-Z]|\n|\r|[^\u001b\n\r]+/g)) this.#take(part)
    return true
  }

  #take(part: string): void {
    if (part === '\n') this.#next()
    else if (part === '\u001b[?25l' || part === '\u001b[?25h') this.isCursorShown = part.endsWith('h')
    else if (part === '\u001b[J') this.#lines.splice(this.#row, this.#lines.length, '')
    else if (part === '\u001b[K' || part === '\r' || part.startsWith('\u001b[?')) return
    else if (part.endsWith('A')) this.#row -= Number(part.slice(2, -1))
    else this.#print(part)
  }

  #print(text: string): void {
    for (let at = 0; at < text.length; at += this.columns) {
      if (at > 0) this.#next()
      this.#lines[this.#row] = text.slice(at, at + this.columns)
    }
  }

  #next(): void {
    this.#row += 1
    this.#lines[this.#row] ??= ''
  }
}

test('lines are drawn over those before, of which nothing stays', () => {
  const terminal = new TestTerminal(20)
  const live = new LiveLines(terminal)
  live.draw(['one', 'two', 'three'])
  live.draw(['1', '2'])
  expect(terminal).toMatchObject({ lines: ['1', '2'], isCursorShown: false })
  live.end()
  expect(terminal.isCursorShown).toBe(true)
  live.draw(['below'])
  expect(terminal.lines).toEqual(['1', '2', 'below'])
  live.clear()
  expect(terminal).toMatchObject({ lines: ['1', '2'], isCursorShown: true })
})

test('lines are cut to a narrow terminal, so that each is one', () => {
  const terminal = new TestTerminal(10)
  const live = new LiveLines(terminal)
  for (const word of ['first', 'second']) live.draw([`${word} is a long line`, 'short'])
  expect(terminal.lines).toEqual(['second is…', 'short'])
})

test('no more lines are drawn than a terminal has', () => {
  const terminal = new TestTerminal(10)
  terminal.rows = 3
  new LiveLines(terminal).draw(['1', '2', '3', '4'])
  expect(terminal.lines).toEqual(['1', '2'])
})

test('a terminal that does not know its size gets lines for a usual one', () => {
  let written = ''
  const write = (text: string): boolean => Boolean((written += text))
  new LiveLines({ columns: 0, rows: 0, isTTY: true, write }).draw(['x'.repeat(100)])
  expect(written).toContain(`${'x'.repeat(79)}…`)
})

test('colors cost no width, and are not cut apart', () => {
  expect(widthOf('\u001b[32mready\u001b[39m')).toBe(5)
  expect(cut('\u001b[32mready\u001b[39m now', 7)).toBe('\u001b[32mready\u001b[39m …')
  expect(cut('\u001b[32mready\u001b[39m now', 3)).toBe('\u001b[32mre\u001b[39m…')
  expect(
    columns([
      ['\u001b[32ma\u001b[39m', 'b'],
      ['long', ''],
    ]),
  ).toEqual(['\u001b[32ma\u001b[39m     b', 'long'])
})

test('lines live on terminals only', () => {
  const terminal = new TestTerminal(80)
  expect(isLive(terminal, {})).toBe(true)
  expect(isLive(terminal, { TERM: 'dumb' })).toBe(false)
  expect(isLive(terminal, { CI: 'true' })).toBe(false)
  terminal.isTTY = false
  expect(isLive(terminal, {})).toBe(false)
})
