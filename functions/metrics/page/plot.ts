import uPlot from 'uplot'

import { clockTime } from './format.ts'
import type { Look } from './legend.ts'
import type { Columns } from './timeline.ts'

export interface Form {
  /** Whether values lie far apart. */
  readonly isLogarithmic?: boolean
  /** Whether there is nothing between whole numbers. */
  readonly isWhole?: boolean
  /** Where the axis ends when no value is higher. */
  readonly least: number
  readonly write: (value: number | undefined) => string
}

const heightPixels = 200
// Half of the time that is written below the end of a line is beside the plot.
const padding: uPlot.Padding = [8, 36, 0, 0]
const shortestSeconds = 60
const wholeSteps = [1, 10, 100, 1000].flatMap((decade) => [decade, 2 * decade, 5 * decade])
const font = '12px system-ui, sans-serif'

/**
 * Draws lines over time. The cursor of all plots is at the same time.
 * @param moved is told the point at which the cursor is, if at any
 */
export function plotOf(
  box: HTMLElement,
  columns: Columns,
  looks: readonly Look[],
  { isLogarithmic = false, isWhole = false, least, write }: Form,
  moved: (index: number | undefined) => void,
): uPlot {
  const { color: stroke, borderTopColor: line } = getComputedStyle(box)
  const axis: uPlot.Axis = { stroke, font, ticks: { show: false } }
  const steps = isWhole ? uPlot.paths.stepped?.({ align: 1 }) : undefined
  const options: uPlot.Options = {
    width: box.clientWidth,
    height: heightPixels,
    padding,
    legend: { show: false },
    cursor: { drag: { x: false, y: false }, sync: { key: 'time' }, y: false },
    scales: {
      x: { range: (_, first, last) => [Math.min(first ?? 0, (last ?? 0) - shortestSeconds), last ?? 0] },
      y: isLogarithmic
        ? { distr: 3, range: (_, low, high) => decadesAround(low ?? least, high ?? least) }
        : { range: (_, _low, high) => [0, Math.max((high ?? 0) * 1.1, least)] },
    },
    axes: [
      { ...axis, grid: { show: false }, space: 80, size: 28, values: (_, times) => times.map(clockTime) },
      {
        ...axis,
        grid: { stroke: line, width: 1 },
        space: 32,
        ...(isLogarithmic && { splits: (_, _axis, low, high) => decadesBetween(low, high) }),
        ...(isWhole && { incrs: wholeSteps }),
        size: 60,
        values: (_, values: readonly (number | null)[]) => values.map((value) => (value === null ? '' : write(value))),
      },
    ],
    series: [{}, ...looks.map(({ color, dash }) => lineOf(color, dash, steps))],
    hooks: { setCursor: [({ cursor }) => moved(cursor.idx ?? undefined)] },
  }
  return new uPlot(options, columns, box)
}

function lineOf(stroke: string, dash: number[], paths: uPlot.Series.PathBuilder | undefined): uPlot.Series {
  // The library scales the width to the pixels of the screen, and not the dashes.
  const scaled = dash.map((length) => length * uPlot.pxRatio)
  return { stroke, dash: scaled, width: 2, points: { show: false }, ...(paths && { paths }) }
}

/** A logarithmic axis begins and ends with powers of ten. */
function decadesAround(low: number, high: number): [number, number] {
  const first = Math.floor(Math.log10(low))
  return [10 ** first, 10 ** Math.max(Math.ceil(Math.log10(high)), first + 1)]
}

function decadesBetween(low: number, high: number): number[] {
  const first = Math.round(Math.log10(low))
  return Array.from({ length: Math.round(Math.log10(high)) - first + 1 }, (_, step) => 10 ** (first + step))
}
