import { lengthOf, type Part } from './parts.ts'
import type { Plane } from './plane.ts'

/** Of the edges of the picture. What takes more of them is the table that a sheet lies on, if there is a digit inside. */
const sceneEdges = 0.1
/** What takes more of the edges is no digit, whatever there is inside. */
const frameEdges = 0.5
/** Of the shorter side of the picture: a digit, where there is something larger at the edges. */
const leastInside = 0.08
/** Of the longer side of the picture, and in pixels: what is shorter is a speck. */
const leastLength = 0.01
const leastPixels = 3
/** Of the area of the largest part: what is smaller is a speck. */
const leastArea = 0.08
/** Of the length of the largest part: what is farther off is something else. */
const farthest = 0.5

/**
 * Chooses the parts that are a digit, such as the two strokes of a 5: the largest, and what is near to it.
 * @param parts largest first
 * @returns none when there is no digit
 */
export function digitPartsOf(parts: readonly Part[], { width, height }: Plane): readonly Part[] {
  const edges = 2 * (width + height) - 4
  const isInside = (part: Part): boolean =>
    part.atEdges === 0 && lengthOf(part) >= leastInside * Math.min(width, height)
  const isScene = parts.some(isInside) && parts.some(({ atEdges }) => atEdges >= sceneEdges * edges)
  const candidates = parts.filter(({ atEdges }) => (isScene ? atEdges === 0 : atEdges < frameEdges * edges))
  const [largest] = candidates
  if (!largest || lengthOf(largest) < Math.max(leastPixels, leastLength * Math.max(width, height))) return []
  return candidates.filter(
    (part) => part.area >= leastArea * largest.area && gapOf(part, largest) <= farthest * lengthOf(largest),
  )
}

/** @returns how many pixels are between the boxes around two parts */
function gapOf(one: Part, other: Part): number {
  const across = Math.max(one.left - other.right, other.left - one.right)
  const down = Math.max(one.top - other.bottom, other.top - one.bottom)
  return Math.max(0, across - 1, down - 1)
}
