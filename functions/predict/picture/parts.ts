import type { Plane } from './plane.ts'

/** Pixels that hang together, at least by their corners. */
export interface Part {
  /** Its mark in `labels`. */
  readonly label: number
  area: number
  /** The box around it, both ends included. */
  left: number
  right: number
  top: number
  bottom: number
  /** How many of its pixels are at an edge of the picture. */
  atEdges: number
}

export interface Parts {
  /** For each pixel the label of its part, 0 for none. */
  readonly labels: Int32Array
  /** Largest first. */
  readonly parts: readonly Part[]
}

/** Finds the parts of what is at or above a threshold. */
export function partsOf(plane: Plane, threshold: number): Parts {
  const labels = new Int32Array(plane.values.length)
  const parts: Part[] = []
  for (let start = 0; start < labels.length; start += 1) {
    if ((plane.values[start] ?? 0) < threshold || labels[start] !== 0) continue
    parts.push(partAt(start, parts.length + 1, plane, threshold, labels))
  }
  return { labels, parts: parts.toSorted((one, other) => other.area - one.area) }
}

/** Labels all that hangs together with a pixel. */
function partAt(start: number, label: number, plane: Plane, threshold: number, labels: Int32Array): Part {
  const { width, height, values } = plane
  const part: Part = { label, area: 0, left: width, right: -1, top: height, bottom: -1, atEdges: 0 }
  const reached = [start]
  labels[start] = label
  for (let index = reached.pop(); index !== undefined; index = reached.pop()) {
    const row = Math.floor(index / width)
    const column = index - row * width
    add(part, column, row, plane)
    for (let y = Math.max(0, row - 1); y <= Math.min(height - 1, row + 1); y += 1) {
      for (let x = Math.max(0, column - 1); x <= Math.min(width - 1, column + 1); x += 1) {
        const near = y * width + x
        if (labels[near] !== 0 || (values[near] ?? 0) < threshold) continue
        labels[near] = label
        reached.push(near)
      }
    }
  }
  return part
}

function add(part: Part, column: number, row: number, { width, height }: Plane): void {
  part.area += 1
  part.left = Math.min(part.left, column)
  part.right = Math.max(part.right, column)
  part.top = Math.min(part.top, row)
  part.bottom = Math.max(part.bottom, row)
  if (column === 0 || row === 0 || column === width - 1 || row === height - 1) part.atEdges += 1
}

/** @returns the longer side of the box around a part */
export function lengthOf({ left, right, top, bottom }: Part): number {
  return Math.max(right - left, bottom - top) + 1
}
