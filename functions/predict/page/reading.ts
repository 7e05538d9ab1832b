import { byId } from '../../_runtime/page/elements.ts'
import type { Answer } from './answer.ts'
import { Bars } from './bars.ts'
import { percent } from './format.ts'
import { paintPicture } from './picture-canvas.ts'

/** What the model reads: the digit, how likely each is, and the picture that it saw. */
export class Reading {
  readonly #section = byId('reading', HTMLElement)
  readonly #digit = byId('digit', HTMLParagraphElement)
  readonly #note = byId('note', HTMLParagraphElement)
  readonly #seen = byId('seen', HTMLCanvasElement)
  readonly #bars = new Bars(byId('bars', HTMLOListElement))

  /**
   * @param label what the test set says that it is
   * @returns the same in a sentence
   */
  show({ digit, probabilities, seen }: Answer, label?: number): string {
    const isMissed = label !== undefined && label !== digit
    this.#section.classList.remove('waiting')
    this.#digit.textContent = String(digit)
    this.#note.textContent = isMissed ? `The test set says ${label}` : ''
    this.#bars.show(probabilities, digit)
    if (seen) paintPicture(this.#seen, seen)
    else this.#seen.getContext('2d')?.reset()
    const sentence = `${digit}, ${percent(probabilities[digit] ?? 0)}`
    return isMissed ? `${sentence}. ${this.#note.textContent}.` : sentence
  }

  showWaiting(): void {
    this.#section.classList.add('waiting')
    this.#note.textContent = 'Waiting for an answer'
  }

  clear(): void {
    this.#section.classList.remove('waiting')
    this.#digit.textContent = this.#note.textContent = ''
    this.#bars.clear()
    this.#seen.getContext('2d')?.reset()
  }
}
