import type { Measurement, Moment } from '../measurement/measurement.ts'
import { clock, count, milliseconds, nothing, rate } from './format.ts'

const mostRows = 24
const stepsSeconds = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600]

interface Row {
  readonly at: number
  readonly cells: string
}

/** The timeline in numbers, in as many rows as one reads. */
export function timelineTable({ moments, seconds, intervalSeconds, isOnCluster, functions }: Measurement): string {
  const least = stepsSeconds.find((each) => each >= intervalSeconds && seconds / each <= mostRows) ?? seconds / mostRows
  const perRow = Math.max(1, Math.ceil(least / intervalSeconds))
  const rows = Array.from({ length: Math.ceil(moments.length / perRow) }, (_, row) => {
    return rowOf(moments.slice(row * perRow, (row + 1) * perRow), isOnCluster, functions)
  })
  const telling = rows.filter((row, index) => row.cells !== rows[index - 1]?.cells)
  const headings = ['From', 'Offered/s', 'Answered/s', 'Failed', 'Cold', 'p50', 'p95', 'p99']
  const podHeadings = isOnCluster ? ['Pods wanted', 'ready', 'Activator'] : []
  const cells = [...headings, ...podHeadings].map((each) => `<th scope="col">${each}</th>`)
  return [
    '<div class="scroll" tabindex="0" role="region" aria-label="The timeline in numbers">',
    `<table><thead><tr>${cells.join('')}</tr></thead>`,
    `<tbody>${telling.map(({ at, cells: values }) => `<tr><th scope="row">${clock(at)}</th>${values}</tr>`).join('\n')}</tbody></table></div>`,
  ].join('\n')
}

function rowOf(moments: readonly Moment[], isOnCluster: boolean, functions: readonly string[]): Row {
  // Of several seconds, the worst: quantiles of parts do not make the quantile of the whole.
  const worst = (key: 'p50' | 'p95' | 'p99'): string => {
    const values = moments.flatMap(({ latency }) => latency[key] ?? [])
    return milliseconds(values.length > 0 ? Math.max(...values) : undefined)
  }
  const pods = (key: 'wanted' | 'ready'): string => {
    return count(Math.max(...moments.map(({ scale }) => sum(Object.values(scale).map((each) => each[key])))))
  }
  const throughActivator = functions.filter((name) => moments.some(({ scale }) => scale[name]?.isActivatorInPath))
  const path = throughActivator.length === 0 ? nothing : functions.length === 1 ? 'yes' : throughActivator.join(', ')
  const cells = [
    rate(mean(moments.map(({ offered }) => offered))),
    rate(mean(moments.map(({ achieved }) => achieved))),
    count(sum(moments.map(({ failed }) => failed))),
    count(sum(moments.map(({ cold }) => cold))),
    worst('p50'),
    worst('p95'),
    worst('p99'),
    ...(isOnCluster ? [pods('wanted'), pods('ready'), path] : []),
  ]
  return { at: moments[0]?.at ?? 0, cells: cells.map((each) => `<td>${each}</td>`).join('') }
}

function sum(values: readonly number[]): number {
  return values.reduce((total, each) => total + each, 0)
}

function mean(values: readonly number[]): number {
  return sum(values) / values.length
}
