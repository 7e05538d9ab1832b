import type { Plane } from './plane.ts'

const levels = 256
/** Of the pixels that are within a level of the commonest: in a drawing many, in a photograph few. */
const leastFlatShare = 0.15
/** Two levels this far apart may be ink and ground. */
const leastDistance = 51
/** Of the pixels, those that are nearer to the ground than to the ink: less than half in a heavy digit, cut off at its edges. */
const leastGroundShare = 0.35

/**
 * @returns the grey value of the ground of a drawing; nothing for a photograph, in which no two pixels of the ground need
 * be the same
 */
export function flatGroundOf(plane: Plane): number | undefined {
  const counts = new Float64Array(levels)
  for (let index = 0; index < plane.values.length; index += 1) {
    const level = levelOf(plane.values[index] ?? 0)
    counts[level] = (counts[level] ?? 0) + 1
  }
  const shareAt = (level: number): number =>
    ((counts[level - 1] ?? 0) + (counts[level] ?? 0) + (counts[level + 1] ?? 0)) / plane.values.length
  const byShare = Array.from(counts.keys()).toSorted((one, other) => shareAt(other) - shareAt(one))
  const [first = 0] = byShare
  if (shareAt(first) < leastFlatShare) return undefined
  const second = byShare.find((level) => Math.abs(level - first) >= leastDistance)
  return meanNear(plane, second !== undefined && surrounds(plane, second, first) ? second : first)
}

/** Whether more is of one level than of another: of the pixels and, as much, of those at the edges, where ink seldom is. */
function surrounds(plane: Plane, one: number, other: number): boolean {
  const { width, height, values } = plane
  const top = values.subarray(0, width)
  const bottom = values.subarray(-width)
  const sides = Array.from({ length: 2 * height }, (_, index) => {
    const row = Math.floor(index / 2)
    return values[index % 2 === 0 ? row * width : (row + 1) * width - 1] ?? 0
  })
  const edges = Float32Array.of(...top, ...bottom, ...sides)
  const inside = shareNearer(values, one, other)
  return inside >= leastGroundShare && inside + shareNearer(edges, one, other) > 1
}

/** @returns the share of values that are nearer to one level than to another */
function shareNearer(values: Float32Array, one: number, other: number): number {
  let nearer = 0
  for (let index = 0; index < values.length; index += 1) {
    const level = (values[index] ?? 0) * (levels - 1)
    if (Math.abs(level - one) < Math.abs(level - other)) nearer += 1
  }
  return nearer / values.length
}

function meanNear({ values }: Plane, level: number): number {
  let sum = 0
  let count = 0
  for (let index = 0; index < values.length; index += 1) {
    const value = values[index] ?? 0
    if (Math.abs(levelOf(value) - level) > 1) continue
    sum += value
    count += 1
  }
  return sum / count
}

function levelOf(value: number): number {
  return Math.round(value * (levels - 1))
}
