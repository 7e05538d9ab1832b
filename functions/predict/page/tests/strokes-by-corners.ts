import type { Stroke } from '../strokes.ts'

type Corner = readonly [x: number, y: number]

/** Strokes by their corners. */
export function strokesOf(...strokes: readonly (readonly Corner[])[]): Stroke[] {
  return strokes.map((corners) => corners.map(([x, y]) => ({ x, y })))
}

const corners: readonly Corner[] = [
  [0.3, 0.2],
  [0.7, 0.2],
  [0.45, 0.85],
]

export const seven = strokesOf(corners)
