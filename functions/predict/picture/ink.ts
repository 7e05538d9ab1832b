import type { Box } from './box.ts'
import type { Contrast } from './contrast.ts'
import { grown, type Mask } from './mask.ts'
import type { Part, Parts } from './parts.ts'
import type { Plane } from './plane.ts'
import { quantile } from './statistics.ts'

/** Of the digit's length: strokes have soft edges of a pixel of the 20 that it becomes. */
const softEdge = 1 / 20
/** In how many soft edges around a digit its own ground is looked for. */
const surroundings = 3
/** Of the strokes of a photograph: a pen presses differently hard. */
const fullShare = 0.8
/** Of the strokes of a drawing: but for the edges they have one color. */
const fullShareOfDrawing = 0.99
/** Of full ink: what is fainter is not seen. */
const leastInk = 0.05
/** Of the threshold between ground and ink: the ground around a digit is not taken for darker than this. */
const mostGround = 0.9

/**
 * Cuts the ink of a digit out of a picture.
 * @param chosen what of the parts is the digit
 * @returns the box around it; 0 = ground, 1 = full ink
 */
export function inkOf(
  { plane, isFlat }: Contrast,
  { labels }: Parts,
  chosen: readonly Part[],
  threshold: number,
): Plane {
  const digit = boxAround(chosen)
  const edge = Math.max(1, Math.round(softEdge * Math.max(digit.width, digit.height)))
  const area = widened(digit, surroundings * edge, plane)
  const { values } = cut(plane, area)
  const strokes = strokesIn(labels, plane.width, area, chosen)
  const near = grown(strokes, edge).values
  const around = grown(strokes, surroundings * edge).values
  const ringValues = values.filter((_, index) => around[index] === 1 && near[index] === 0)
  const ground = Math.min(Math.max(0, quantile(ringValues, 0.5)), mostGround * threshold)
  const full = quantile(
    values.filter((_, index) => strokes.values[index] === 1),
    isFlat ? fullShareOfDrawing : fullShare,
  )
  const ink = values.map((value, index) => {
    const share = near[index] === 1 ? (value - ground) / (full - ground) : 0
    return share < leastInk ? 0 : Math.min(1, share)
  })
  return cropped({ width: area.width, height: area.height, values: ink })
}

function boxAround(parts: readonly Part[]): Box {
  const left = Math.min(...parts.map((part) => part.left))
  const top = Math.min(...parts.map((part) => part.top))
  const right = Math.max(...parts.map((part) => part.right))
  const bottom = Math.max(...parts.map((part) => part.bottom))
  return { left, top, width: right - left + 1, height: bottom - top + 1 }
}

function widened(box: Box, margin: number, { width, height }: Plane): Box {
  const left = Math.max(0, box.left - margin)
  const top = Math.max(0, box.top - margin)
  const right = Math.min(width, box.left + box.width + margin)
  const bottom = Math.min(height, box.top + box.height + margin)
  return { left, top, width: right - left, height: bottom - top }
}

function cut(plane: Plane, { left, top, width, height }: Box): Plane {
  const values = new Float32Array(width * height)
  for (let row = 0; row < height; row += 1) {
    const start = (top + row) * plane.width + left
    values.set(plane.values.subarray(start, start + width), row * width)
  }
  return { width, height, values }
}

function strokesIn(
  labels: Int32Array,
  labelsWidth: number,
  { left, top, width, height }: Box,
  parts: readonly Part[],
): Mask {
  const chosen = new Set(parts.map(({ label }) => label))
  const values = new Uint8Array(width * height)
  for (let row = 0; row < height; row += 1) {
    const start = (top + row) * labelsWidth + left
    for (const [column, label] of labels.subarray(start, start + width).entries()) {
      if (chosen.has(label)) values[row * width + column] = 1
    }
  }
  return { width, height, values }
}

/** @returns the box around all that is more than nothing */
function cropped(plane: Plane): Plane {
  const { width, height, values } = plane
  const columns = Array.from({ length: width }, (_, column) => column)
  const rows = Array.from({ length: height }, (_, row) => row)
  const hasInk = (row: number): boolean => values.subarray(row * width, (row + 1) * width).some((ink) => ink > 0)
  const top = rows.findIndex(hasInk)
  const bottom = rows.findLastIndex(hasInk)
  const isColumn = (column: number): boolean => rows.some((row) => (values[row * width + column] ?? 0) > 0)
  const left = columns.findIndex(isColumn)
  const right = columns.findLastIndex(isColumn)
  return cut(plane, { left, top, width: right - left + 1, height: bottom - top + 1 })
}
