import { join } from 'node:path'

import { InferenceSession, Tensor } from 'onnxruntime-node'

/** The side of a picture. */
const side = 28
/** Grey values in a picture. */
export const pixels = side * side
/** Digits to choose from. */
export const classes = 10

/** The version of the committed model, as its own metadata has it. */
export const modelVersion = '1'

export const modelPath = join(import.meta.dirname, 'assets', 'models', 'digits', '1', 'model.onnx')

/** The digit model in an ONNX Runtime session. */
export class DigitModel {
  readonly #session: InferenceSession

  private constructor(session: InferenceSession) {
    this.#session = session
  }

  static async open(path = modelPath): Promise<DigitModel> {
    // Else its first session reports itself to Microsoft, leaves an identifier in the home folder and takes 6 ms more:
    // https://github.com/microsoft/onnxruntime/blob/main/docs/Privacy.md
    process.env['ORT_DISABLE_TELEMETRY'] ??= '1'
    const session = await InferenceSession.create(path, {
      graphOptimizationLevel: 'all',
      // One picture is too little work to share between threads; a pod scales by its processes.
      intraOpNumThreads: 1,
      interOpNumThreads: 1,
    })
    return new DigitModel(session)
  }

  /**
   * Classifies a batch of digits.
   * @param images row-major grey values 0..1 (0 = background), shape [n, 28, 28]
   * @returns probabilities, shape [n, 10], each row summing to 1
   */
  async classify(images: Float32Array): Promise<Float32Array> {
    const shape = [images.length / pixels, side, side]
    const { probabilities } = await this.#session.run({ images: new Tensor('float32', images, shape) })
    if (!(probabilities?.data instanceof Float32Array)) throw new Error('The model answers no float32 "probabilities".')
    return probabilities.data
  }

  async close(): Promise<void> {
    await this.#session.release()
  }
}
