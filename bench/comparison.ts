import { ratioOf, spreadOf, type Spread } from './statistics.ts'
import { formatTable, type Row } from './table.ts'

/** What a round measures of a server. */
export interface Measurement {
  readonly requestsPerSecond: number
  readonly p50Ms: number
  readonly p99Ms: number
  readonly memoryMB: number
}

/** One server under one load, round by round. */
export interface Series {
  readonly name: string
  /** What it was sent. */
  readonly load: string
  readonly rounds: readonly Measurement[]
}

/**
 * Tables of how much each does, how long it takes, and what we are to the others.
 * @param isComparable whether one of ours may be held against one of the others
 */
export function compare(
  ours: readonly Series[],
  others: readonly Series[],
  isComparable: (own: Series, other: Series) => boolean,
): string {
  const all = [...ours, ...others]
  const pairs = others.flatMap((other) => {
    return ours.filter((own) => isComparable(own, other)).map((own) => ({ own, other }))
  })
  const tables = [
    formatTable(
      [
        { heading: 'requests/s', digits: 0 },
        { heading: 'memory, MB', digits: 0 },
      ],
      all.map((series) => row(series, 'requestsPerSecond', 'memoryMB')),
    ),
    formatTable(
      [
        { heading: 'p50, ms', digits: 2 },
        { heading: 'p99, ms', digits: 2 },
      ],
      all.map((series) => row(series, 'p50Ms', 'p99Ms')),
    ),
  ]
  // Where every peer is left out, there is nothing to hold ours against.
  if (pairs.length === 0) return tables.join('\n')
  tables.push(
    formatTable(
      [
        { heading: 'requests/s, ratio', digits: 2 },
        { heading: 'p99, ratio', digits: 2 },
      ],
      pairs.map(({ own, other }) => ({
        name: `${own.name} / ${other.name}`,
        spreads: [ratio(own, other, 'requestsPerSecond'), ratio(own, other, 'p99Ms')],
      })),
    ),
  )
  return tables.join('\n')
}

function row(series: Series, ...figures: readonly (keyof Measurement)[]): Row {
  return { name: series.name, spreads: figures.map((figure) => spreadOf(valuesOf(series, figure))) }
}

function ratio(own: Series, other: Series, figure: keyof Measurement): Spread {
  return ratioOf(valuesOf(own, figure), valuesOf(other, figure))
}

function valuesOf({ rounds }: Series, figure: keyof Measurement): number[] {
  return rounds.map((round) => round[figure])
}
