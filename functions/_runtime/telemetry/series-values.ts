import type { Reading } from './reading.ts'

/** One number of a reading, and its name as the database has it. */
export interface SeriesValue {
  /** The first 64 bits of a hash of what follows, as a whole number: what a row of a process has instead of the name. */
  readonly id: string
  readonly metric: string
  /** As JSON. */
  readonly labels: string
  readonly part: string
  readonly value: number
}

/** Lists the numbers of readings. */
export function seriesValues(readings: readonly Reading[]): SeriesValue[] {
  return readings.flatMap(({ name: metric, series }) =>
    series.flatMap(({ labels, values }) => {
      const text = JSON.stringify(labels)
      return Object.entries(values).map(([part, value]) => {
        return { id: seriesId(metric, text, part), metric, labels: text, part, value }
      })
    }),
  )
}

/** @param labels as JSON */
export function seriesId(metric: string, labels: string, part: string): string {
  const { hash } = process.getBuiltinModule('node:crypto')
  return hash('sha256', JSON.stringify([metric, labels, part]), 'buffer')
    .readBigInt64BE()
    .toString()
}
