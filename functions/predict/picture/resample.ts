import type { Plane } from './plane.ts'

/** What of a plane is to be scaled; it may reach over its edges, where there is nothing. */
interface Part {
  readonly left: number
  readonly top: number
  /** How many pixels of the plane make one of the result, in both directions. */
  readonly scale: number
  /** Of the result. */
  readonly width: number
  readonly height: number
}

interface Weight {
  readonly index: number
  readonly share: number
}

/**
 * Scales a part of a plane. Each pixel of the result is the mean of what it covers; where that is less than a pixel of
 * the plane, it is as large as one, which is bilinear interpolation.
 */
export function resampled(plane: Plane, { left, top, scale, width, height }: Part): Plane {
  const columns = weightsOf(left, scale, width, plane.width)
  const rows = weightsOf(top, scale, height, plane.height)
  const narrow = new Float32Array(width * plane.height)
  for (let row = 0; row < plane.height; row += 1) {
    for (const [x, weights] of columns.entries()) {
      narrow[row * width + x] = sumOf(weights, (column) => plane.values[row * plane.width + column] ?? 0)
    }
  }
  const values = new Float32Array(width * height)
  for (const [y, weights] of rows.entries()) {
    for (let x = 0; x < width; x += 1) values[y * width + x] = sumOf(weights, (row) => narrow[row * width + x] ?? 0)
  }
  return { width, height, values }
}

/** Which pixels of a line make each pixel of the scaled line, and with which shares. */
function weightsOf(start: number, scale: number, length: number, limit: number): Weight[][] {
  const reach = Math.max(scale, 1)
  return Array.from({ length }, (_, index) => {
    const from = start + (index + 0.5) * scale - reach / 2
    const weights: Weight[] = []
    for (let pixel = Math.max(0, Math.floor(from)); pixel < Math.min(limit, from + reach); pixel += 1) {
      const covered = Math.min(from + reach, pixel + 1) - Math.max(from, pixel)
      if (covered > 0) weights.push({ index: pixel, share: covered / reach })
    }
    return weights
  })
}

function sumOf(weights: readonly Weight[], valueAt: (index: number) => number): number {
  let sum = 0
  for (const { index, share } of weights) sum += share * valueAt(index)
  return sum
}
