import { byId } from '../../_runtime/page/elements.ts'
import type { Mark } from './syntax.ts'

const fewestRows = 12
const mostRows = 32

/** A text with the numbers of its lines, and marks on some. */
export class Editor {
  readonly #box = byId('editor', HTMLDivElement)
  readonly #text = byId('text', HTMLTextAreaElement)
  readonly #numbers = byId('numbers', HTMLPreElement)
  readonly #marks = byId('marks', HTMLDivElement)
  #lines = 0

  /** @param changed what is done when a person has changed the text */
  constructor(changed: () => void) {
    this.#text.addEventListener('input', () => {
      this.#number()
      changed()
    })
    this.#text.addEventListener('scroll', () => this.#box.style.setProperty('--scrolled', `${this.#text.scrollTop}px`))
  }

  get text(): string {
    return this.#text.value
  }

  set text(text: string) {
    if (text === this.#text.value) return
    this.#text.value = text
    this.#text.scrollTop = 0
    this.#number()
  }

  set isBusy(isBusy: boolean) {
    this.#text.readOnly = isBusy
  }

  mark(marks: readonly Mark[]): void {
    this.#text.ariaInvalid = String(marks.length > 0)
    const lines = new Set(marks.map(({ at }) => this.lineAt(at)))
    this.#marks.replaceChildren(
      ...[...lines].map((line) => {
        const mark = document.createElement('div')
        mark.style.setProperty('--line', String(line - 1))
        return mark
      }),
    )
  }

  /** @returns from 1 */
  lineAt(place: number): number {
    return lineCount(this.text.slice(0, place))
  }

  /** Puts the caret at a place, and brings it into view. */
  go(place: number, end = place): void {
    this.#text.focus({ preventScroll: true })
    this.#text.setSelectionRange(place, end)
    const lineHeight = this.#text.scrollHeight / Math.max(this.#lines, 1)
    const top = (this.lineAt(place) - 1) * lineHeight
    const { scrollTop, clientHeight } = this.#text
    if (top < scrollTop || top > scrollTop + clientHeight - lineHeight) this.#text.scrollTop = top - clientHeight / 2
    this.#text.scrollIntoView({ block: 'nearest' })
  }

  #number(): void {
    const lines = lineCount(this.text)
    if (lines === this.#lines) return
    this.#lines = lines
    this.#numbers.textContent = Array.from({ length: lines }, (_, index) => index + 1).join('\n')
    this.#text.rows = Math.min(Math.max(lines + 1, fewestRows), mostRows)
    this.#box.style.setProperty('--digits', String(String(lines).length))
  }
}

function lineCount(text: string): number {
  let lines = 1
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) lines += 1
  return lines
}
