import { timeAxis, type Axis } from './axis.ts'
import { clock } from './format.ts'
import { drawn, type Plane, type Series } from './mark.ts'
import { text } from './text.ts'

export interface Band {
  readonly from: number
  readonly to: number
}

export interface Chart {
  /** What it shows, and the unit. */
  readonly title: string
  readonly note?: string
  /** What a screen reader says instead of the picture. */
  readonly summary: string
  readonly axis: Axis
  readonly write: (value: number) => string
  readonly series: readonly Series[]
  readonly heightPixels: number
  /** What was so for a time, in a strip under the plot, with its name. */
  readonly strips?: readonly { readonly name: string; readonly bands: readonly Band[] }[]
}

interface Size {
  readonly name: string
  readonly width: number
  readonly timeTicks: number
}

/** A picture for wide pages and one for narrow ones: letters that are scaled with a picture are not to be read. */
const sizes: readonly Size[] = [
  { name: 'wide', width: 900, timeTicks: 12 },
  { name: 'narrow', width: 358, timeTicks: 5 },
]
const [left, right, top, timeHeight, stripHeight] = [56, 14, 10, 22, 20]

/** @param seconds how long the time axis is: the same for all charts of a report */
export function figure(chart: Chart, seconds: number, stepSeconds: number): string {
  const { title, note, series, strips = [] } = chart
  const names = series.map(({ name, look, form }) => `<li>${swatch(look, form)}${text(name)}</li>`)
  const bands = strips.length > 0 ? [`<li>${swatch('strip', 'bars')}Activator in the path</li>`] : []
  return [
    '<figure>',
    `<figcaption><strong>${text(title)}</strong>${note === undefined ? '' : ` <span class="quiet">${text(note)}</span>`}`,
    `<ul class="legend">${[...names, ...bands].join('')}</ul></figcaption>`,
    ...sizes.map((size) => picture(chart, size, seconds, stepSeconds)),
    '</figure>',
  ].join('\n')
}

function picture(chart: Chart, { name, width, timeTicks }: Size, seconds: number, stepSeconds: number): string {
  const { summary, axis, write, series, heightPixels, strips = [] } = chart
  const bottom = top + heightPixels
  const time = timeAxis(seconds, timeTicks)
  const x = (at: number): number => left + time.place(at) * (width - left - right)
  const y = (value: number): number => bottom - axis.place(value) * heightPixels
  const plane: Plane = { x, y, stepSeconds, endSeconds: seconds }
  const stripsTop = bottom + 8
  const timesTop = stripsTop + strips.length * stripHeight
  const height = timesTop + timeHeight
  const values = axis.ticks.map((tick) => {
    const at = round(y(tick))
    const line = `<path class="grid" d="M${left} ${at}H${width - right}"/>`
    return `${line}<text x="${left - 8}" y="${at + 4}" text-anchor="end">${text(write(tick))}</text>`
  })
  const times = time.ticks.map((tick) => {
    const mark = `<path class="grid" d="M${round(x(tick))} ${bottom}v5"/>`
    // The first and the last are not to be cut off.
    return `${mark}<text x="${round(x(tick))}" y="${timesTop + 14}" text-anchor="middle">${clock(tick)}</text>`
  })
  const lanes = strips.map(({ bands }, index) => {
    const laneTop = stripsTop + index * stripHeight
    const lane = `<rect class="lane" x="${left}" y="${laneTop}" width="${width - left - right}" height="12" rx="2"/>`
    return (
      lane +
      bands
        .map(({ from, to }) => {
          const size = `width="${round(x(to) - x(from))}" height="12"`
          return `<rect class="strip" x="${round(x(from))}" y="${laneTop}" ${size} rx="2"/>`
        })
        .join('')
    )
  })
  return [
    `<svg class="${name}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${text(summary)}">`,
    ...values,
    ...times,
    ...lanes,
    ...series.map((each) => drawn(each, plane)),
    '</svg>',
  ].join('\n')
}

function swatch(look: string, form: Series['form']): string {
  const isFilled = form === 'bars'
  const shape = isFilled
    ? `<rect class="${look}" x="2" y="2" width="14" height="8"/>`
    : `${form === 'area' ? `<path class="${look} filled" d="M1 4H21V12H1Z"/>` : ''}<path class="${look}" d="M1 ${form === 'area' ? 4 : 6}H21"/>`
  return `<svg width="22" height="12" viewBox="0 0 22 12" aria-hidden="true">${shape}</svg>`
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}
