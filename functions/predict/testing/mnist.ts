import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'

import { pixels } from '../model.ts'

const folder = join(import.meta.dirname, '..', 'mnist')

/** The 10,000 test digits of MNIST. */
export class TestDigits {
  /** Grey values 0..255, an image after the other. */
  readonly #greys = idx('t10k-images-idx3-ubyte.gz', 3)
  readonly labels = idx('t10k-labels-idx1-ubyte.gz', 1)

  get count(): number {
    return this.labels.length
  }

  /**
   * Images as the model takes them.
   * @returns grey values 0..1, shape [count, 28, 28]
   */
  images(first: number, count: number): Float32Array {
    return Float32Array.from(this.#greys.subarray(first * pixels, (first + count) * pixels), (grey) => grey / 255)
  }
}

/** Reads an idx file of unsigned bytes: http://yann.lecun.com/exdb/mnist/, as mnist/README.md tells it. */
function idx(name: string, dimensions: number): Uint8Array {
  const bytes = gunzipSync(readFileSync(join(folder, name)))
  const values = bytes.subarray(4 + 4 * dimensions)
  const sizes = Array.from({ length: dimensions }, (_, index) => bytes.readUInt32BE(4 + 4 * index))
  const expected = sizes.reduce((product, size) => product * size, 1)
  if (bytes[2] !== 8 || bytes[3] !== dimensions || values.length !== expected)
    throw new Error(`${name} is not as expected.`)
  return values
}
