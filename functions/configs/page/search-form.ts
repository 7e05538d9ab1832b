import { copy } from '../../_runtime/page/copy.ts'
import { byId, copyOf, first } from '../../_runtime/page/elements.ts'
import { hasValue, operators, writtenOf, type Operator, type Query } from './query.ts'

const pauseMs = 250

/** What is looked for: how names begin, and what documents have. */
export class SearchForm {
  readonly #changed: (query: Query) => void
  readonly #prefix = byId('prefix', HTMLInputElement)
  readonly #conditions = byId('conditions', HTMLUListElement)
  readonly #row = byId('conditionRow', HTMLTemplateElement)
  readonly #add = byId('addCondition', HTMLButtonElement)
  readonly #asked = byId('asked', HTMLDivElement)
  readonly #written = byId('query', HTMLElement)
  #timer: ReturnType<typeof setTimeout> | undefined

  /**
   * @param changed what is done when another thing is looked for
   * @param suggest asked for paths when there is a first condition
   */
  constructor(changed: (query: Query) => void, suggest: () => void) {
    this.#changed = changed
    const form = byId('search', HTMLFormElement)
    form.addEventListener('input', () => this.#note(pauseMs))
    form.addEventListener('submit', (event) => {
      event.preventDefault()
      this.#note(0)
    })
    this.#add.addEventListener('click', () => {
      suggest()
      this.#addRow()
    })
    const button = byId('copyQuery', HTMLButtonElement)
    button.addEventListener('click', () => void copy(this.#written, button, byId('spoken', HTMLParagraphElement)))
  }

  /** Conditions without a path are being written. */
  get query(): Query {
    const rows = [...this.#conditions.children].map((row) => ({
      path: first(row, '.path', HTMLInputElement).value.trim(),
      operator: first(row, '.operator', HTMLSelectElement).value as Operator,
      value: first(row, '.value', HTMLInputElement).value,
    }))
    return { prefix: this.#prefix.value.trim(), conditions: rows.filter(({ path }) => path !== '') }
  }

  #addRow(): void {
    const element = copyOf(this.#row)
    const row = first(element, 'li', HTMLLIElement)
    const operator = first(row, '.operator', HTMLSelectElement)
    const value = first(row, '.value', HTMLInputElement)
    operator.append(...Object.keys(operators).map((word) => new Option(word)))
    operator.addEventListener('input', () => (value.hidden = !hasValue(operator.value as Operator)))
    first(row, '.without', HTMLButtonElement).addEventListener('click', () => {
      row.remove()
      this.#add.focus()
      this.#note(0)
    })
    this.#conditions.append(element)
    first(row, '.path', HTMLInputElement).focus()
  }

  #note(afterMs: number): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => {
      const { query } = this
      this.#asked.hidden = query.conditions.length === 0
      this.#written.textContent = new URL(writtenOf(query).slice(1), location.href.replace(/[#?].*/s, '')).href
      this.#changed(query)
    }, afterMs)
  }
}
