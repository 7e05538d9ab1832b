import { classes, side } from '../model.ts'

/** A tensor of the model, as the protocol describes one. A dimension of -1 varies: it is the number of images. */
interface Tensor {
  readonly name: string
  readonly datatype: string
  readonly shape: readonly number[]
}

export const modelName = 'digits'

/** Row-major grey values, 0 = background, 1 = ink. */
export const images = { name: 'images', datatype: 'FP32', shape: [-1, side, side] } as const satisfies Tensor
/** One for each digit; those of an image sum to 1. */
export const probabilities = { name: 'probabilities', datatype: 'FP32', shape: [-1, classes] } as const satisfies Tensor
/** The one with the largest probability. */
export const digit = { name: 'digit', datatype: 'INT64', shape: [-1] } as const satisfies Tensor

export const outputs = [probabilities, digit] as const
/** The name of an output. */
export type OutputName = (typeof outputs)[number]['name']
