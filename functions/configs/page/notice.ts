import { byId } from '../../_runtime/page/elements.ts'
import { say } from '../../_runtime/page/say.ts'

const shownForMs = 6000

interface Offer {
  readonly label: string
  readonly work: () => Promise<void>
}

/** Says what was done, and offers what can be done about it: to undo it, or to look. */
export class Notice {
  readonly #box = byId('notice', HTMLDivElement)
  readonly #text = byId('noticeText', HTMLParagraphElement)
  readonly #accept = byId('accept', HTMLButtonElement)
  readonly #spoken = byId('spoken', HTMLParagraphElement)
  #work: (() => Promise<void>) | undefined
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor() {
    this.#accept.addEventListener('click', () => {
      const work = this.#work
      this.hide()
      void work?.()
    })
    byId('dismiss', HTMLButtonElement).addEventListener('click', () => this.hide())
  }

  /** @param offer stands until there is another notice */
  show(text: string, offer?: Offer): void {
    this.hide()
    this.#work = offer?.work
    this.#accept.hidden = !offer
    this.#accept.textContent = offer?.label ?? ''
    this.#box.hidden = false
    this.#text.textContent = text
    say(this.#spoken, offer ? `${text} A button at the end of the page: ${offer.label}.` : text)
    if (!offer) this.#timer = setTimeout(() => this.hide(), shownForMs)
  }

  hide(): void {
    clearTimeout(this.#timer)
    this.#box.hidden = true
    this.#work = undefined
  }
}
