// Of so many, the median is right to a hundredth of their deviation.
const mostSamples = 5000
/** Of normally distributed offs, the standard deviation is so many times the median of their sizes. */
const deviationsInMedian = 1.4826
/** What is this far off is no noise. */
const farOff = 0.15

/** @returns the value that a share of the others is below, such as the median for 0.5; 0 of none */
export function quantile(values: ArrayLike<number>, share: number): number {
  const sorted = spread(values).toSorted()
  return sorted[Math.round((sorted.length - 1) * share)] ?? 0
}

/**
 * Tells how noisy a ground is.
 * @param offs from the ground; a smaller part of them may be of something else
 * @returns their standard deviation
 */
export function deviationOf(offs: ArrayLike<number>): number {
  const sizes = spread(offs)
    .map((off) => Math.abs(off))
    .filter((off) => off < farOff)
  return deviationsInMedian * quantile(sizes, 0.5)
}

/** @returns all of a few values; of many, some from the first to the last */
function spread(values: ArrayLike<number>): Float64Array {
  const step = Math.max(1, values.length / mostSamples)
  const samples = new Float64Array(Math.ceil(values.length / step))
  for (let index = 0; index < samples.length; index += 1) samples[index] = values[Math.floor(index * step)] ?? 0
  return samples
}
