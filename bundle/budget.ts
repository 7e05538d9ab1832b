import budgets from './budget.json' with { type: 'json' }
import type { Report } from './report.ts'

interface Budget {
  /** The most that function.js may weigh. */
  readonly bundleBytes: number
  /** The most that everything which ships may weigh. */
  readonly totalBytes: number
}

/** Compares what was built with bundle/budget.json; a function without a budget is over it. */
export function findOverruns(reports: readonly Report[]): string[] {
  const known: Readonly<Record<string, Budget>> = budgets
  return reports.flatMap((report) => {
    const budget = known[report.name]
    if (!budget) return [`${report.name} has no budget. Add one to bundle/budget.json.`]
    return (['bundleBytes', 'totalBytes'] as const)
      .filter((size) => report[size] > budget[size])
      .map((size) => `${report.name} is over its budget: ${size} ${report[size]}, at most ${budget[size]}.`)
  })
}
