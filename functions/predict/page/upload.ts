import type { Question } from './question.ts'

const types = new Set(['image/png', 'image/jpeg'])

/** A picture in a file, which is sent as it is: the function finds the digit on it. */
export class Upload {
  readonly file: File

  constructor(file: File) {
    this.file = file
  }

  static canBeOf({ type }: File): boolean {
    return types.has(type)
  }

  question(): Question {
    return { type: this.file.type, body: this.file }
  }
}
