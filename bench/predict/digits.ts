import { TestDigits } from '../../functions/predict/testing/mnist.ts'

/** A picture of a digit. */
export interface Digit {
  readonly label: number
  /** 784 row-major bytes, 0 = background */
  readonly greys: Uint8Array
}

/** The first test digits of MNIST. */
export function firstDigits(count: number): Digit[] {
  const source = new TestDigits()
  return Array.from(source.labels.subarray(0, count), (label, index) => ({
    label,
    greys: Uint8Array.from(source.images(index, 1), (grey) => Math.round(grey * 255)),
  }))
}
