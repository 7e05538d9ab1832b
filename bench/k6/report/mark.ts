/** A value at a time; undefined where there is none. */
export interface Point {
  /** Seconds since the measurement began. */
  readonly at: number
  readonly value: number | undefined
}

/** How values are drawn. */
export type Form =
  /** From each to the next. */
  | 'line'
  /** Each until the next. */
  | 'steps'
  /** Each until the next, and what is below. */
  | 'area'
  /** Each by itself. */
  | 'bars'

/** Values of one kind, with their place in the legend. */
export interface Series {
  readonly name: string
  /** Of the style: its color and its dashes. */
  readonly look: string
  readonly form: Form
  readonly points: readonly Point[]
}

/** What brings a point to pixels. */
export interface Plane {
  readonly x: (seconds: number) => number
  readonly y: (value: number) => number
  /** Of an interval. */
  readonly stepSeconds: number
  readonly endSeconds: number
}

type Draw = (look: string, points: readonly Point[], plane: Plane) => string

const draws: Readonly<Record<Form, Draw>> = {
  line,
  steps: (look, points, plane) => drawnRuns(points, (run) => path(look, stepsOf(run, plane))),
  area: (look, points, plane) => drawnRuns(points, (run) => area(look, run, plane)),
  bars,
}

export function drawn({ look, form, points }: Series, plane: Plane): string {
  return draws[form](look, points, plane)
}

function drawnRuns(points: readonly Point[], draw: (run: readonly Known[]) => string): string {
  return runs(points).map(draw).join('')
}

function line(look: string, points: readonly Point[], { x, y, stepSeconds }: Plane): string {
  const middle = ({ at }: Point): number => x(at + stepSeconds / 2)
  return drawnRuns(points, (run) => {
    const [first] = run
    // A line of one point is nothing.
    if (first && run.length === 1) return dot(look, middle(first), y(first.value))
    return path(
      look,
      run.map((point, index) => `${index === 0 ? 'M' : 'L'}${place(middle(point), y(point.value))}`).join(''),
    )
  })
}

function bars(look: string, points: readonly Point[], { x, y, stepSeconds }: Plane): string {
  const width = Math.max(2, x(stepSeconds) - x(0) - 1)
  return points
    .filter((point): point is Known => (point.value ?? 0) > 0)
    .map(({ at: time, value }) => {
      const left = x(time + stepSeconds / 2) - width / 2
      const size = `width="${fixed(width)}" height="${fixed(y(0) - y(value))}"`
      return `<rect class="${look}" x="${fixed(left)}" y="${fixed(y(value))}" ${size}/>`
    })
    .join('')
}

function area(look: string, run: readonly Known[], plane: Plane): string {
  const { x, y, stepSeconds } = plane
  const [first, last] = [run[0], run.at(-1)]
  if (!first || !last) return ''
  const outline = stepsOf(run, plane)
  const closed = `${outline}V${fixed(y(0))}H${fixed(x(first.at))}Z`
  return `<path class="${look} filled" d="${closed}"/>${path(look, `${outline}H${fixed(x(last.at + stepSeconds))}`)}`
}

function stepsOf(run: readonly Known[], { x, y, stepSeconds, endSeconds }: Plane): string {
  const [first] = run
  if (!first) return ''
  const along = run.map(({ at: time, value }) => {
    return `V${fixed(y(value))}H${fixed(x(Math.min(time + stepSeconds, endSeconds)))}`
  })
  return `M${place(x(first.at), y(first.value))}${along.join('')}`
}

interface Known extends Point {
  readonly value: number
}

/** What lies between gaps. */
function runs(points: readonly Point[]): Known[][] {
  const all: Known[][] = [[]]
  for (const { at: time, value } of points) {
    if (value === undefined) all.push([])
    else all.at(-1)?.push({ at: time, value })
  }
  return all.filter((run) => run.length > 0)
}

function path(look: string, d: string): string {
  return `<path class="${look}" d="${d}"/>`
}

function dot(look: string, x: number, y: number): string {
  return `<circle class="${look} dot" cx="${fixed(x)}" cy="${fixed(y)}" r="2.5"/>`
}

function place(x: number, y: number): string {
  return `${fixed(x)} ${fixed(y)}`
}

function fixed(value: number): string {
  return String(Math.round(value * 10) / 10)
}
