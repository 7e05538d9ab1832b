import { readdirSync } from 'node:fs'
import { join } from 'node:path'

import { digitOf } from '../../digit.ts'
import { classes, DigitModel } from '../../model.ts'
import { digitsFolder } from '../../models.ts'

/** Reads digits with the newest of the committed models. */
export class DigitReader {
  readonly #model: DigitModel

  private constructor(model: DigitModel) {
    this.#model = model
  }

  static async open(): Promise<DigitReader> {
    const newest = readdirSync(digitsFolder).toSorted((one, other) => Number(other) - Number(one))[0] ?? ''
    return new DigitReader(await DigitModel.open(join(digitsFolder, newest, 'model.onnx'), newest))
  }

  /** @param images shape [28, 28] each */
  async read(images: readonly Float32Array[]): Promise<number[]> {
    const batch = Float32Array.from(images.flatMap((image) => [...image]))
    const probabilities = await this.#model.classify(batch)
    return images.map((_, index) => digitOf(probabilities, index * classes))
  }

  close(): Promise<void> {
    return this.#model.close()
  }
}
