import { InferenceSession, Tensor } from 'onnxruntime-node'

/** The side of an image. */
export const side = 28
/** Grey values in an image. */
export const pixels = side * side
/** Digits to choose from. */
export const classes = 10

/** One version of the digit model, in an ONNX Runtime session. */
export class DigitModel {
  readonly version: string
  readonly #session: InferenceSession

  private constructor(version: string, session: InferenceSession) {
    this.version = version
    this.#session = session
  }

  /** @throws Error of ONNX Runtime's when the file is not there, or is no model */
  static async open(path: string, version: string): Promise<DigitModel> {
    // Else its first session reports itself to Microsoft, leaves an identifier in the home folder and takes 6 ms more:
    // https://github.com/microsoft/onnxruntime/blob/main/docs/Privacy.md
    process.env['ORT_DISABLE_TELEMETRY'] ??= '1'
    const session = await InferenceSession.create(path, {
      graphOptimizationLevel: 'all',
      // One image is too little work to share between threads; a pod scales by its processes.
      intraOpNumThreads: 1,
      interOpNumThreads: 1,
    })
    return new DigitModel(version, session)
  }

  /** Runs once, so that the first who waits for an answer does not wait for the memory that a run needs. */
  async warmUp(): Promise<void> {
    await this.classify(new Float32Array(pixels))
  }

  /**
   * Classifies a batch of digits.
   * @param images row-major grey values 0..1 (0 = background), shape [n, 28, 28]; read until the promise is settled
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
