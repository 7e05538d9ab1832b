import { percent } from './format.ts'

/** How likely each digit is. */
export class Bars {
  readonly #rows: readonly Row[]

  constructor(list: HTMLElement) {
    this.#rows = Array.from({ length: 10 }, (_, digit) => rowOf(digit))
    list.replaceChildren(...this.#rows.map(({ item }) => item))
  }

  show(probabilities: readonly number[], best: number): void {
    for (const [digit, { item, bar, share }] of this.#rows.entries()) {
      const probability = probabilities[digit] ?? 0
      item.classList.toggle('best', digit === best)
      bar.style.setProperty('--share', String(probability))
      share.textContent = percent(probability)
    }
  }

  clear(): void {
    for (const { item, bar, share } of this.#rows) {
      item.classList.remove('best')
      bar.style.removeProperty('--share')
      share.textContent = ''
    }
  }
}

interface Row {
  readonly item: HTMLLIElement
  readonly bar: HTMLSpanElement
  readonly share: HTMLSpanElement
}

function rowOf(digit: number): Row {
  const item = document.createElement('li')
  const label = document.createElement('span')
  const bar = document.createElement('span')
  const share = document.createElement('span')
  label.textContent = String(digit)
  bar.className = 'bar'
  item.append(label, bar, share)
  return { item, bar, share }
}
