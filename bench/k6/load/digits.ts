/** A picture of a digit, as MNIST has it. */
export interface Digit {
  readonly label: number
  /** 784 bytes, row by row: 0 is background, 255 is ink. */
  readonly greys: ArrayBuffer
}

const pixels = 784
const file = open('../../../functions/predict/examples/digits.bin', 'b')

/** One of the ten digits of functions/predict/examples, in turn. */
export function digitAt(turn: number): Digit {
  const label = turn % 10
  return { label, greys: file.slice(label * pixels, (label + 1) * pixels) }
}
