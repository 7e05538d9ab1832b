import type { Stored } from './configs.ts'
import { indented } from './indented.ts'

const template = '{\n  "name": "",\n  "metadata": {}\n}'

/** A document that is being written. */
export class Draft {
  /** What it was when it was read, or when it was last said what others did; undefined of a new one. */
  readonly base: Stored | undefined
  /** As the function has it, laid out over lines. */
  readonly original: string
  text: string
  /** By which the function knows a create that is sent again. */
  #key: { readonly text: string; readonly value: string } | undefined

  constructor(base: Stored | undefined, text?: string) {
    this.base = base
    this.original = base ? indented(base.text) : template
    this.text = text ?? this.original
  }

  get isChanged(): boolean {
    return this.text !== this.original
  }

  /** Another text is another create. */
  get key(): string {
    if (this.#key?.text !== this.text) {
      // Not randomUUID, which pages that came by plain HTTP do not have.
      const numbers = [...crypto.getRandomValues(new Uint32Array(4))]
      this.#key = { text: this.text, value: numbers.map((number) => number.toString(36)).join('-') }
    }
    return this.#key.value
  }
}
