/** Brings values to places, and says which of them are written beside the axis. */
export interface Axis {
  readonly ticks: readonly number[]
  /** @returns 0 at the begin of the axis, 1 at its end */
  readonly place: (value: number) => number
}

const steps = [1, 2, 5]
const timeSteps = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400]

/** From 0 to a round number that is not below the highest. */
export function linearAxis(highest: number, mostTicks = 5): Axis {
  const step = roundStep(Math.max(highest, 1) / mostTicks)
  const end = Math.max(1, Math.ceil(highest / step)) * step
  return { ticks: range(0, end, step), place: (value) => value / end }
}

/** From a power of ten to another; what is outside stays at the end. */
export function logarithmicAxis(lowest: number, highest: number): Axis {
  const first = Math.floor(Math.log10(lowest))
  const last = Math.max(first + 1, Math.ceil(Math.log10(highest)))
  const ticks = Array.from({ length: last - first + 1 }, (_, index) => 10 ** (first + index))
  const place = (value: number): number => (Math.log10(Math.max(value, 10 ** first)) - first) / (last - first)
  return { ticks, place }
}

export function timeAxis(seconds: number, mostTicks: number): Axis {
  const step = timeSteps.find((each) => seconds / each <= mostTicks) ?? Math.ceil(seconds / mostTicks / 3600) * 3600
  return { ticks: range(0, seconds, step), place: (value) => value / Math.max(1, seconds) }
}

/** 1, 2 or 5 times a power of ten, and never less than 1: what is counted here is whole. */
function roundStep(least: number): number {
  const decade = 10 ** Math.floor(Math.log10(least))
  return Math.max(1, (steps.find((each) => each * decade >= least) ?? 10) * decade)
}

function range(first: number, last: number, step: number): number[] {
  return Array.from({ length: Math.floor((last - first) / step + 1e-9) + 1 }, (_, index) => first + index * step)
}
