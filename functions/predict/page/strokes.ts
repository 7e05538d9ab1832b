/** A place on the paper, from 0, 0 (left, top) to 1, 1, so that a drawing outlives a change of the paper's size. */
export interface Point {
  readonly x: number
  readonly y: number
}

/** Where the pen was, from putting it down to lifting it. */
export type Stroke = readonly Point[]

/** Of the paper's side: a digit of usual size gets strokes as wide as those in MNIST. */
export const penWidth = 0.08

const steps = Array.from({ length: 8 }, (_, index) => (index + 1) / 8)

/** Rounds the corners of a hand: each point bends the line between the middles of its neighbours. */
export function smooth(stroke: Stroke): Point[] {
  const [start, ...rest] = stroke
  if (!start) return []
  const line = [start]
  let from = start
  for (const [index, point] of rest.entries()) {
    const to = between(point, rest[index + 1] ?? point, 0.5)
    for (const step of steps) line.push(between(between(from, point, step), between(point, to, step), step))
    from = to
  }
  return line
}

/** @returns the place, or the nearest to it on the paper */
export function onPaper(x: number, y: number): Point {
  return { x: Math.min(1, Math.max(0, x)), y: Math.min(1, Math.max(0, y)) }
}

export function distance(one: Point, other: Point): number {
  return Math.hypot(one.x - other.x, one.y - other.y)
}

function between(one: Point, other: Point, share: number): Point {
  return { x: one.x + (other.x - one.x) * share, y: one.y + (other.y - one.y) * share }
}
