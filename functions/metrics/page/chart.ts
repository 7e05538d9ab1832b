import type uPlot from 'uplot'

import { byId, first } from '../../_runtime/page/elements.ts'
import { clockTime } from './format.ts'
import { Legend } from './legend.ts'
import { plotOf, type Form } from './plot.ts'
import { Timeline, type Values } from './timeline.ts'

const scheme = matchMedia('(prefers-color-scheme: dark)')

/** A figure with lines over time, which a pointer and the arrow keys go along. */
export class Chart {
  readonly #form: Form
  readonly #legend: Legend
  readonly #box: HTMLDivElement
  readonly #moment: HTMLSpanElement
  #timeline = new Timeline()
  #plot: uPlot | undefined
  #drawnNames = ''

  /**
   * @param id of the figure
   * @param colorOf names the color of a line
   */
  constructor(id: string, colorOf: (name: string) => string, form: Form) {
    const figure = byId(id, HTMLElement)
    this.#form = form
    this.#legend = new Legend(first(figure, 'ul', HTMLUListElement), colorOf, form.write)
    this.#moment = first(figure, '.moment', HTMLSpanElement)
    this.#box = first(figure, '.plot', HTMLDivElement)
    this.#box.addEventListener('keydown', (event) => {
      if (this.#go(event.key)) event.preventDefault()
    })
    this.#box.addEventListener('blur', () => this.#plot?.setCursor({ left: -10, top: -10 }))
    scheme.addEventListener('change', () => this.#draw())
    new ResizeObserver(() => {
      if (this.#plot) this.#plot.setSize({ width: this.#box.clientWidth, height: this.#plot.height })
    }).observe(this.#box)
  }

  show(timeline: Timeline): void {
    this.#timeline = timeline
    this.#legend.show(timeline.names, timeline.last)
    if (this.#drawnNames === timeline.names.join('\n')) this.#plot?.setData(timeline.columns())
    else this.#draw()
    this.#tell(this.#plot?.cursor.idx ?? undefined)
  }

  #draw(): void {
    const { names } = this.#timeline
    if (names.length === 0) return
    this.#drawnNames = names.join('\n')
    this.#plot?.destroy()
    const looks = names.map((name) => this.#legend.lookOf(name))
    this.#plot = plotOf(this.#box, this.#timeline.columns(), looks, this.#form, (index) => this.#tell(index))
  }

  /** Tells the values of a point, or of the last. */
  #tell(index: number | undefined): void {
    const point = index === undefined ? undefined : this.#timeline.points[index]
    this.#moment.textContent = point ? clockTime(point.at) : ''
    this.#legend.show(this.#timeline.names, point?.values ?? this.#timeline.last)
  }

  /** @returns whether a key leads to a point */
  #go(key: string): boolean {
    const { points } = this.#timeline
    const last = points.length - 1
    const at = this.#plot?.cursor.idx ?? last
    const steps: Readonly<Record<string, number>> = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: last }
    const step = steps[key]
    if (step === undefined || !this.#plot) return false
    const index = Math.min(Math.max(step, 0), last)
    const point = points[index]
    if (!point) return false
    this.#plot.setCursor({ left: this.#plot.valToPos(point.at, 'x'), top: 0 })
    this.#speak(index, last, point.values, point.at)
    return true
  }

  /** Only when a key was pressed: a screen reader would speak at every answer. */
  #speak(index: number, last: number, values: Values, at: number): void {
    const told = this.#timeline.names.map((name) => `${name} ${this.#form.write(values[name])}`)
    this.#box.ariaValueMax = String(last)
    this.#box.ariaValueNow = String(index)
    this.#box.ariaValueText = `${clockTime(at)}: ${told.join(', ')}`
  }
}
