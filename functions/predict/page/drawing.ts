import { pictureOf } from './picture.ts'
import { questionAbout, type Question } from './question.ts'
import { distance, type Point, type Stroke } from './strokes.ts'

/** Less than that is no move: a pen at rest trembles. */
const leastMove = 0.004

/** What a hand draws. */
export class Drawing {
  readonly #strokes: Point[][] = []
  #isPenDown = false

  get strokes(): readonly Stroke[] {
    return this.#strokes
  }

  get isPenDown(): boolean {
    return this.#isPenDown
  }

  putDown(point: Point): void {
    this.#isPenDown = true
    this.#strokes.push([point])
  }

  /** @returns whether that made a difference */
  moveTo(point: Point): boolean {
    const stroke = this.#strokes.at(-1)
    const last = stroke?.at(-1)
    if (!this.#isPenDown || !stroke || !last || distance(last, point) < leastMove) return false
    stroke.push(point)
    return true
  }

  lift(): void {
    this.#isPenDown = false
  }

  question(): Question {
    return questionAbout(pictureOf(this.#strokes))
  }
}
