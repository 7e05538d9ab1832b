const bins = 256

/**
 * Divides values in two by Otsu's method: so that the two parts have means far apart.
 * @param top at least the largest value
 * @returns the least value of the upper part
 */
export function thresholdOf(values: Iterable<number>, top: number): number {
  const counts = new Float64Array(bins)
  for (const value of values) {
    const bin = Math.min(bins - 1, Math.floor((value / top) * bins))
    counts[bin] = (counts[bin] ?? 0) + 1
  }
  const total = counts.reduce((sum, count) => sum + count, 0)
  const weight = counts.reduce((sum, count, bin) => sum + count * bin, 0)
  let best = { variance: -1, bin: 0 }
  let below = 0
  let weightBelow = 0
  for (const [bin, count] of counts.entries()) {
    below += count
    weightBelow += count * bin
    const above = total - below
    if (below === 0 || above === 0) continue
    const variance = below * above * (weightBelow / below - (weight - weightBelow) / above) ** 2
    if (variance > best.variance) best = { variance, bin }
  }
  return ((best.bin + 1) / bins) * top
}
