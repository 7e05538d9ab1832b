import { byId, copyOf } from '../../_runtime/page/elements.ts'
import { count, duration, rate } from './format.ts'
import type { Rate, Rates } from './rates.ts'
import { sumOf, type Totals } from './totals.ts'

const rows = byId('rows', HTMLTableSectionElement)
const row = byId('row', HTMLTemplateElement)

/** Shows all that the charts show, as it is now. */
export function showTable({ functions }: Totals, rates: Rates | undefined): void {
  rows.replaceChildren(
    ...Object.entries(functions).map(([name, { requests, processes }]) => {
      return rowOf([name, ...cellsOf(rates?.functions[name]), count(processes), count(sumOf(requests))])
    }),
  )
}

function cellsOf(of: Rate | undefined): string[] {
  return [
    rate(of?.requests),
    rate(of?.refused),
    rate(of?.failed),
    duration(of?.p50),
    duration(of?.p95),
    duration(of?.p99),
  ]
}

function rowOf(texts: readonly string[]): DocumentFragment {
  const element = copyOf(row)
  element.querySelectorAll('th, td').forEach((cell, index) => (cell.textContent = texts[index] ?? ''))
  return element
}
