/**
 * Solves linear equations by elimination.
 * @param equations a row each: the factors of the unknowns, then what they add up to; they are used up
 * @returns nothing where the equations do not determine the unknowns
 */
export function solve(equations: readonly Float64Array[]): number[] | undefined {
  const rows = [...equations]
  for (let pivot = 0; pivot < rows.length; pivot += 1) {
    const size = (row: Float64Array): number => Math.abs(row[pivot] ?? 0)
    const [largest, ...rest] = rows.slice(pivot).toSorted((one, other) => size(other) - size(one))
    if (!largest || size(largest) < Number.EPSILON) return undefined
    rows.splice(pivot, rows.length, largest, ...rest)
    for (const row of rows) {
      if (row === largest) continue
      const factor = (row[pivot] ?? 0) / (largest[pivot] ?? 1)
      for (const [column, value] of largest.entries()) row[column] = (row[column] ?? 0) - factor * value
    }
  }
  return rows.map((row, index) => (row[rows.length] ?? 0) / (row[index] ?? 1))
}
