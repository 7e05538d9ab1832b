import type { Plane } from './plane.ts'

/** How a stored picture is to be turned or mirrored before it is looked at, by its number in EXIF (tag 0x0112). */
export type Orientation = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8

/** Whether the rows that are seen are the columns that are stored, and which of the two run backwards in the store. */
const turns: Readonly<Record<Orientation, { swap: boolean; mirrorColumns: boolean; mirrorRows: boolean }>> = {
  1: { swap: false, mirrorColumns: false, mirrorRows: false },
  2: { swap: false, mirrorColumns: true, mirrorRows: false },
  3: { swap: false, mirrorColumns: true, mirrorRows: true },
  4: { swap: false, mirrorColumns: false, mirrorRows: true },
  5: { swap: true, mirrorColumns: false, mirrorRows: false },
  6: { swap: true, mirrorColumns: false, mirrorRows: true },
  7: { swap: true, mirrorColumns: true, mirrorRows: true },
  8: { swap: true, mirrorColumns: true, mirrorRows: false },
}

/** @returns the plane as it is to be seen */
export function turned(plane: Plane, orientation: Orientation): Plane {
  if (orientation === 1) return plane
  const { swap, mirrorColumns, mirrorRows } = turns[orientation]
  const width = swap ? plane.height : plane.width
  const height = swap ? plane.width : plane.height
  const values = new Float32Array(width * height)
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const column = swap ? y : x
      const row = swap ? x : y
      const storedColumn = mirrorColumns ? plane.width - 1 - column : column
      const storedRow = mirrorRows ? plane.height - 1 - row : row
      values[y * width + x] = plane.values[storedRow * plane.width + storedColumn] ?? 0
    }
  }
  return { width, height, values }
}
