import { copyOf, first, byId } from '../../_runtime/page/elements.ts'
import type { Values } from './timeline.ts'

/** How a line looks. */
export interface Look {
  readonly color: string
  readonly dash: number[]
}

interface Entry {
  readonly item: HTMLLIElement
  readonly value: HTMLSpanElement
}

const template = byId('line', HTMLTemplateElement)

/** Names the lines of a chart, and tells their values at a time. */
export class Legend {
  readonly #list: HTMLUListElement
  readonly #colorOf: (name: string) => string
  readonly #write: (value: number | undefined) => string
  readonly #entries = new Map<string, Entry>()

  /** @param colorOf names a color of the style */
  constructor(list: HTMLUListElement, colorOf: (name: string) => string, write: (value: number | undefined) => string) {
    this.#list = list
    this.#colorOf = colorOf
    this.#write = write
  }

  show(names: readonly string[], values: Values): void {
    for (const name of names) {
      const { value } = this.#entries.get(name) ?? this.#add(name)
      value.textContent = this.#write(values[name])
    }
  }

  /** As the style has it, in the scheme of now. */
  lookOf(name: string): Look {
    const path = this.#entries.get(name)?.item.querySelector('path')
    if (!path) return { color: 'currentcolor', dash: [] }
    const { stroke, strokeDasharray } = getComputedStyle(path)
    return { color: stroke, dash: strokeDasharray === 'none' ? [] : strokeDasharray.split(',').map(Number.parseFloat) }
  }

  #add(name: string): Entry {
    const copy = copyOf(template)
    const entry = { item: first(copy, 'li', HTMLLIElement), value: first(copy, '.value', HTMLSpanElement) }
    first(copy, '.name', HTMLSpanElement).textContent = name
    entry.item.dataset['color'] = this.#colorOf(name)
    this.#entries.set(name, entry)
    this.#list.append(copy)
    return entry
  }
}
