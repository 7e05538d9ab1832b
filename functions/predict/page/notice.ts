import { byId } from '../../_runtime/page/elements.ts'
import { say } from '../../_runtime/page/say.ts'

/** Says what went wrong, and offers to try it again where that may help. */
export class Notice {
  readonly #box = byId('problem', HTMLDivElement)
  readonly #text = byId('problemText', HTMLParagraphElement)
  readonly #again = byId('again', HTMLButtonElement)

  onAgain(again: () => void): void {
    this.#again.addEventListener('click', again)
  }

  show(title: string, detail: string, canAsk: boolean): void {
    this.#again.hidden = !canAsk
    this.#box.hidden = false
    say(this.#text, `${title}: ${detail}`)
  }

  hide(): void {
    this.#box.hidden = true
    this.#text.textContent = ''
  }
}
