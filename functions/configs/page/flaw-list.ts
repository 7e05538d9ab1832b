import { byId, copyOf, first } from '../../_runtime/page/elements.ts'
import { say } from '../../_runtime/page/say.ts'
import type { Editor } from './editor.ts'
import type { Mark } from './syntax.ts'

/** What is wrong with the text of the editor; each flaw leads to its place. */
export class FlawList {
  readonly #editor: Editor
  readonly #box = byId('flawBox', HTMLDivElement)
  readonly #title = byId('flawsTitle', HTMLParagraphElement)
  readonly #list = byId('flaws', HTMLUListElement)
  readonly #row = byId('flawRow', HTMLTemplateElement)

  constructor(editor: Editor) {
    this.#editor = editor
  }

  show(marks: readonly Mark[], title: string): void {
    this.#box.hidden = false
    say(this.#title, title)
    this.#list.replaceChildren(...marks.map((mark) => this.#rowOf(mark)))
    this.#editor.mark(marks)
  }

  clear(): void {
    this.#box.hidden = true
    this.#title.textContent = ''
    this.#list.replaceChildren()
    this.#editor.mark([])
  }

  #rowOf({ at, detail }: Mark): DocumentFragment {
    const element = copyOf(this.#row)
    const button = first(element, 'button', HTMLButtonElement)
    button.textContent = `Line ${this.#editor.lineAt(at)}: ${detail}`
    button.addEventListener('click', () => this.#editor.go(at))
    return element
  }
}
