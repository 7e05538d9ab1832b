import { classes } from './model.ts'

/**
 * The digit with the largest probability.
 * @param probabilities shape [n, 10]
 * @param start of a row
 */
export function digitOf(probabilities: Float32Array, start = 0): number {
  let digit = 0
  for (let candidate = 1; candidate < classes; candidate += 1) {
    if ((probabilities[start + candidate] ?? 0) > (probabilities[start + digit] ?? 0)) digit = candidate
  }
  return digit
}
