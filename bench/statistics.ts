/** Three figures of several runs; on a noisy machine a single one says nothing. */
export interface Spread {
  readonly min: number
  readonly median: number
  readonly max: number
}

/** @throws RangeError when there is nothing to summarise */
export function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((one, other) => one - other)
  const [min] = sorted
  const max = sorted.at(-1)
  const low = sorted[Math.floor((sorted.length - 1) / 2)]
  const high = sorted[Math.ceil((sorted.length - 1) / 2)]
  if (min === undefined || max === undefined || low === undefined || high === undefined)
    throw new RangeError('no values')
  return { min, median: (low + high) / 2, max }
}

/** The ratio of two series that were measured in turn, pair by pair, so that a drifting machine cancels out. */
export function ratioOf(values: readonly number[], base: readonly number[]): Spread {
  if (values.length !== base.length) throw new RangeError('The series differ in length.')
  return spreadOf(values.map((value, index) => value / (base[index] ?? Number.NaN)))
}

export function formatSpread({ min, median, max }: Spread, digits: number): string {
  return [min, median, max].map((value) => value.toFixed(digits).padStart(8)).join(' ')
}
