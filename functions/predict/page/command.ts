import { copy } from '../../_runtime/page/copy.ts'
import { byId } from '../../_runtime/page/elements.ts'
import type { Subject } from './asking.ts'
import { curlOf } from './curl.ts'

/** Tells how the same is asked in a shell. */
export class Command {
  readonly #details = byId('command', HTMLDetailsElement)
  readonly #code = byId('curl', HTMLElement)
  #subject: Subject | undefined

  /** @param spoken a live region */
  constructor(spoken: Element) {
    const button = byId('copy', HTMLButtonElement)
    button.addEventListener('click', () => void copy(this.#code, button, spoken))
    this.#details.addEventListener('toggle', () => this.#write())
  }

  show(subject: Subject | undefined): void {
    this.#subject = subject
    this.#details.hidden = !subject
    this.#write()
  }

  #write(): void {
    if (!this.#subject || !this.#details.open) return
    this.#code.textContent = curlOf(new URL('predict', location.href).href, this.#subject.question())
  }
}
