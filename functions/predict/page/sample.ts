import type { Picture } from './picture.ts'
import { questionAbout, type Question } from './question.ts'

/** A digit of the test set. */
export class Sample {
  /** What the test set says it is. */
  readonly label: number
  readonly picture: Picture

  constructor(label: number, picture: Picture) {
    this.label = label
    this.picture = picture
  }

  question(): Question {
    return questionAbout(this.picture)
  }
}
