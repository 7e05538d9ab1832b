import { formatSpread, type Spread } from './statistics.ts'

export interface Column {
  readonly heading: string
  readonly digits: number
}

export interface Row {
  readonly name: string
  /** One for each column. */
  readonly spreads: readonly Spread[]
}

/** Spreads in columns, each under the words minimum, median and maximum. */
export function formatTable(columns: readonly Column[], rows: readonly Row[]): string {
  const nameWidth = Math.max(...rows.map(({ name }) => name.length))
  const headings = columns.map(({ heading }) => `${heading}: min  median      max`.padStart(columnWidth))
  const lines = rows.map(({ name, spreads }) => {
    const cells = spreads.map((each, index) => formatSpread(each, columns[index]?.digits ?? 0).padStart(columnWidth))
    return name.padEnd(nameWidth) + cells.join('')
  })
  return `${[' '.repeat(nameWidth) + headings.join(''), ...lines].join('\n')}\n`
}

const columnWidth = 36
