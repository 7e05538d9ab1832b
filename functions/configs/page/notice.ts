import { byId } from '../../_runtime/page/elements.ts'
import { say } from '../../_runtime/page/say.ts'

const shownForMs = 6000

/** Says what was done, and offers to undo it where that can be. */
export class Notice {
  readonly #box = byId('notice', HTMLDivElement)
  readonly #text = byId('noticeText', HTMLParagraphElement)
  readonly #undo = byId('undo', HTMLButtonElement)
  readonly #spoken = byId('spoken', HTMLParagraphElement)
  #work: (() => Promise<void>) | undefined
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor() {
    this.#undo.addEventListener('click', () => {
      const work = this.#work
      this.hide()
      void work?.()
    })
    byId('dismiss', HTMLButtonElement).addEventListener('click', () => this.hide())
  }

  /** @param undo given when it can be undone; the offer stands until there is another notice */
  show(text: string, undo?: () => Promise<void>): void {
    this.hide()
    this.#work = undo
    this.#undo.hidden = !undo
    this.#box.hidden = false
    this.#text.textContent = text
    say(this.#spoken, undo ? `${text} It can be undone.` : text)
    if (!undo) this.#timer = setTimeout(() => this.hide(), shownForMs)
  }

  hide(): void {
    clearTimeout(this.#timer)
    this.#box.hidden = true
    this.#work = undefined
  }
}
