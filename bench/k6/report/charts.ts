import type { Measurement, Moment } from '../measurement/measurement.ts'
import { linearAxis, logarithmicAxis } from './axis.ts'
import type { Band, Chart } from './chart.ts'
import { count, milliseconds, rate } from './format.ts'
import type { Form, Point, Series } from './mark.ts'

/** The timeline of a load, a chart for each question. */
export function chartsOf(measurement: Measurement): Chart[] {
  const requests = [requestChart(measurement), latencyChart(measurement), coldChart(measurement)]
  return measurement.isOnCluster ? [...requests, podChart(measurement)] : requests
}

function requestChart({ moments, totals }: Measurement): Chart {
  const highest = Math.max(...moments.flatMap(({ offered, achieved, failed }) => [offered, achieved, failed]))
  const failed = totals.requests - totals.succeeded
  return {
    title: 'Requests a second',
    summary: `Requests a second over time: at most ${rate(totals.mostOffered)} were due, and ${failed} failed in all.`,
    axis: linearAxis(highest),
    write: count,
    heightPixels: 170,
    series: [
      series('answered', 'achieved', 'area', moments, ({ achieved }) => achieved),
      series('offered', 'offered', 'steps', moments, ({ offered }) => offered),
      series(`failed: ${failed === 0 ? 'none' : count(failed)}`, 'failed', 'bars', moments, (each) => each.failed),
    ],
  }
}

function latencyChart({ moments, totals }: Measurement): Chart {
  const values = moments.flatMap(({ latency }) => [latency.p50, latency.p99].filter((value) => value !== undefined))
  const { p50, p99 } = totals.latency
  return {
    title: 'Time to answer',
    note: 'of the requests sent in each second, logarithmic',
    summary: `Time to answer: half of all within ${milliseconds(p50)}, 99 of 100 within ${milliseconds(p99)}.`,
    axis: logarithmicAxis(Math.min(...values, 10), Math.max(...values, 100)),
    write: milliseconds,
    heightPixels: 170,
    series: [
      series('p99', 'p99', 'line', moments, ({ latency }) => latency.p99),
      series('p95', 'p95', 'line', moments, ({ latency }) => latency.p95),
      series('p50', 'p50', 'line', moments, ({ latency }) => latency.p50),
    ],
  }
}

function coldChart({ moments, totals, isOnCluster }: Measurement): Chart {
  return {
    title: 'Cold answers',
    note: isOnCluster ? 'requests that found no pod' : 'answers of processes that had just started',
    summary: `${totals.cold} cold answers.`,
    axis: linearAxis(Math.max(...moments.map(({ cold }) => cold)), 2),
    write: count,
    heightPixels: 60,
    series: [
      series(`cold: ${totals.cold === 0 ? 'none' : count(totals.cold)}`, 'cold', 'bars', moments, (each) => each.cold),
    ],
  }
}

function podChart({ moments, functions, scale, intervalSeconds }: Measurement): Chart {
  const told = Object.entries(scale).map(
    ([name, each]) => `${name} ${each.atBegin}, at most ${each.mostReady}, ${each.atEnd}`,
  )
  return {
    title: 'Pods',
    note: functions.length > 1 ? 'of all functions' : `of ${functions.join()}`,
    summary: `Pods at first, at most and at the end: ${told.join('; ')}.`,
    axis: linearAxis(Math.max(1, ...moments.map(sumOf('wanted')), ...moments.map(sumOf('existing')))),
    write: count,
    heightPixels: 130,
    series: [
      series('there, starting or ending too', 'existing', 'steps', moments, sumOf('existing')),
      series('ready', 'ready', 'area', moments, sumOf('ready')),
      series('wanted', 'wanted', 'steps', moments, sumOf('wanted')),
    ],
    strips: functions.map((name) => ({ name, bands: activatorBands(moments, name, intervalSeconds) })),
  }
}

/** The times in which a function's requests went through the activator. */
function activatorBands(moments: readonly Moment[], name: string, intervalSeconds: number): Band[] {
  const bands: Band[] = []
  for (const { at, scale } of moments) {
    if (!scale[name]?.isActivatorInPath) continue
    const last = bands.at(-1)
    const to = at + intervalSeconds
    if (last?.to === at) bands[bands.length - 1] = { from: last.from, to }
    else bands.push({ from: at, to })
  }
  return bands
}

function series(
  name: string,
  look: string,
  form: Form,
  moments: readonly Moment[],
  valueOf: (moment: Moment) => number | undefined,
): Series {
  return { name, look, form, points: moments.map((moment): Point => ({ at: moment.at, value: valueOf(moment) })) }
}

function sumOf(key: 'wanted' | 'ready' | 'existing'): (moment: Moment) => number {
  return ({ scale }) => Object.values(scale).reduce((sum, each) => sum + each[key], 0)
}
