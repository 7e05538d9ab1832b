import { byId } from '../../_runtime/page/elements.ts'
import type { Stored } from './configs.ts'
import { showDiff } from './diff-view.ts'

/** A change that could not be made, because somebody else made one first. */
export interface Clash {
  readonly name: string
  /** What was changed here. */
  readonly base: Stored
  /** What is there now; undefined when it was removed. */
  readonly theirs: Stored | undefined
  /** What was to be done. */
  readonly intent: 'save' | 'remove'
}

interface Choices {
  /** Does what was to be done, whatever the others did. */
  insist(): void
  yield(): void
  goOn(): void
}

/** Shows what others did meanwhile, and lets a person choose. */
export class Conflict {
  readonly #section = byId('conflict', HTMLElement)
  readonly #title = byId('conflictTitle', HTMLHeadingElement)
  readonly #detail = byId('conflictDetail', HTMLParagraphElement)
  readonly #diff = byId('conflictDiff', HTMLDivElement)
  readonly #insist = byId('keepMine', HTMLButtonElement)
  readonly #yield = byId('takeTheirs', HTMLButtonElement)
  readonly #goOn = byId('goOn', HTMLButtonElement)

  constructor(choices: Choices) {
    this.#insist.addEventListener('click', () => choices.insist())
    this.#yield.addEventListener('click', () => choices.yield())
    this.#goOn.addEventListener('click', () => choices.goOn())
  }

  show({ name, base, theirs, intent }: Clash): void {
    this.#section.hidden = false
    this.#title.textContent = `${name} was ${theirs ? 'changed' : 'removed'} meanwhile`
    this.#detail.textContent = theirs
      ? `You have version ${base.version}, and there is version ${theirs.version} now. Between them:`
      : 'What you have is kept here until you leave this page.'
    if (theirs) showDiff(this.#diff, 'What was changed meanwhile', base.text, theirs.text)
    else this.#diff.replaceChildren()
    const isSave = intent === 'save'
    this.#insist.textContent = isSave
      ? theirs
        ? 'Save mine over it'
        : 'Create it again with mine'
      : 'Delete it anyway'
    this.#yield.textContent = isSave ? 'Discard mine' : 'Keep it'
    this.#goOn.hidden = !isSave
    this.#title.focus()
  }

  hide(): void {
    this.#section.hidden = true
    this.#diff.replaceChildren()
  }
}
